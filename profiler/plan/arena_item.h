// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/plan/arena.h"

#include <cstdint>
#include <vector>

/// Private to the folder: what placement algorithms move.
namespace plan {

/// Buffers that lie over each other, as one thing with one offset: how many bytes it holds at each
/// step of its life, rounded up to the alignment.
struct ArenaItem {
    std::vector<std::size_t> buffers;
    int first = 0, last = 0;
    std::vector<std::uint64_t> bytes_at; // [0] at step `first`
    std::uint64_t bytes = 0;             // the most it ever holds
    std::uint64_t offset = 0;

    std::uint64_t at(int step) const { return bytes_at[static_cast<std::size_t>(step - first)]; }
};

std::uint64_t aligned(std::uint64_t bytes);

/// In the order of their first buffers.
std::vector<ArenaItem> items_of(const std::vector<ArenaBuffer>& buffers);

bool alive_together(const ArenaItem& a, const ArenaItem& b);

/// The most that `lower` holds while `upper` lives too: how far above it the other must begin.
/// They must be alive together.
std::uint64_t height_below(const ArenaItem& lower, const ArenaItem& upper);

/// Where the highest of the items ends.
std::uint64_t top_of(const std::vector<ArenaItem>& items);

/// Hands the items' offsets to their buffers.
void apply_offsets(const std::vector<ArenaItem>& items, std::vector<ArenaBuffer>& buffers);

} // namespace plan
