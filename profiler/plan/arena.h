// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plan {

enum class BufferKind { activation, scratch };

std::string_view name_of(BufferKind kind);

/// Bytes of the arena that are in use from step `first` to step `last`, both included.
struct ArenaBuffer {
    std::string name; // of the tensor, or "scratch of layer_007_conv_2d"
    BufferKind kind = BufferKind::activation;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    int first = 0, last = 0;
    bool operator==(const ArenaBuffer&) const = default;
};

inline constexpr std::uint64_t arena_alignment = 16;

bool alive_together(const ArenaBuffer& a, const ArenaBuffer& b);

/// Gives each buffer its offset and returns the size of the arena: the largest buffer first, each
/// at the lowest aligned offset where it overlaps none that is alive at the same time. Ties go to
/// the earlier buffer of the list, so the same list always gives the same offsets.
///
/// Not tried: reordering the operators, splitting tensors, an optimal packing (which is NP-hard).
std::uint64_t place_buffers(std::vector<ArenaBuffer>& buffers);

/// The most bytes that buffers of `kind` hold at the same step: what no placement can go below.
std::uint64_t peak_bytes(const std::vector<ArenaBuffer>& buffers, BufferKind kind);
std::uint64_t peak_bytes(const std::vector<ArenaBuffer>& buffers);

} // namespace plan
