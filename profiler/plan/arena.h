// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plan {

enum class BufferKind { activation, scratch };

std::string_view name_of(BufferKind kind);

/// Bytes of the arena that are in use from step `first` to step `last`, both included.
///
/// A buffer that a step computes in place lies over the buffer of that step's input: both begin at
/// the same offset, and at the step where both live they take the larger of the two, not the sum.
struct ArenaBuffer {
    std::string name; // of the tensor, or "scratch of layer_007_conv_2d"
    BufferKind kind = BufferKind::activation;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    int first = 0, last = 0;
    std::optional<std::size_t> over {}; // in place: the buffer, earlier in the list, whose offset it takes
    bool operator==(const ArenaBuffer&) const = default;
};

inline constexpr std::uint64_t arena_alignment = 16;

bool alive_together(const ArenaBuffer& a, const ArenaBuffer& b);

/// Gives each buffer its offset and returns the size of the arena. First fit: one buffer after the
/// other, each at the lowest aligned offset where it overlaps none that is alive at the same time.
/// Of several orders the best is kept: largest first, largest product of bytes and life first, by
/// the step that holds most, in order of execution; the earlier of these where they are as good.
/// Ties within an order go to the earlier buffer of the list, so the same list always gives the
/// same offsets.
std::uint64_t place_buffers(std::vector<ArenaBuffer>& buffers);

/// Do no two buffers that are alive at the same step share bytes, but those that lie over each other?
bool is_sound(const std::vector<ArenaBuffer>& buffers);

/// Bytes that buffers of `kind` hold at a step.
std::uint64_t live_bytes(const std::vector<ArenaBuffer>& buffers, int step, BufferKind kind);

/// The most bytes that buffers of `kind` hold at the same step.
std::uint64_t peak_bytes(const std::vector<ArenaBuffer>& buffers, BufferKind kind);
std::uint64_t peak_bytes(const std::vector<ArenaBuffer>& buffers);

/// What no placement can go below: the most that buffers hold at the same step, each rounded up to
/// the alignment. And the first step that holds that much.
struct ArenaBound {
    std::uint64_t bytes = 0;
    int step = 0;
    bool operator==(const ArenaBound&) const = default;
};
ArenaBound lower_bound(const std::vector<ArenaBuffer>& buffers);

} // namespace plan
