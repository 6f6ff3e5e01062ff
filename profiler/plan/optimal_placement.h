// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/plan/arena.h"

#include <cstdint>
#include <string>
#include <vector>

namespace plan {

/// How far a search for the smallest arena came.
struct PlacementSearch {
    std::uint64_t bytes = 0; // of the best arena found
    std::uint64_t bound = 0; // no arena is smaller than this
    std::uint64_t nodes = 0; // buffers put down on the way
    bool proven = false;     // none is smaller than `bytes`

    /// By how much the arena may be too large, relative to the bound; 0 if proven.
    double gap() const;
    bool operator==(const PlacementSearch&) const = default;
};

/// "lower bound 89600 bytes, reached", "lower bound 89600 bytes, proven smallest after 312 nodes",
/// "lower bound 89600 bytes, gap 3.1 % after 200000 nodes".
std::string text_of(const PlacementSearch& search);

inline constexpr std::uint64_t default_node_limit = 200'000;

/// Gives each buffer its offset in the smallest arena that branch and bound finds within a number of
/// nodes: a count, so that the same list gives the same offsets on any machine. It starts from
/// `place_buffers`, whose result is never worse, and ends at once if that reaches the bound.
///
/// The search puts buffers down from the bottom up, each onto those that live at the same time: some
/// best arena can be built like this. A branch ends when at some step what is stacked there and what
/// must still come is no less than the best arena so far, or when a buffer leaves below it a
/// gap that another one would have fitted into.
PlacementSearch place_optimally(std::vector<ArenaBuffer>& buffers, std::uint64_t node_limit = default_node_limit);

} // namespace plan
