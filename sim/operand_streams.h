// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "sim/decode/recipe.h"

#include <algorithm>
#include <cstdint>
#include <vector>

/// Where the accesses of a run lie, judged a group at a time: what meters ask of blocks and of paths.
namespace sim {

/// Do the bytes that a group touches lie in the range?
inline bool lies_in(const mcu::AddressRange& range, const Recipe::Group& group, std::uint32_t start)
{
    std::int64_t offset = std::int64_t {start} - range.start;
    return offset + group.low >= 0 && offset + group.high <= range.size;
}

/// So many turns, at least one, stay in the range that the group's first lies in.
inline std::uint64_t turns_inside(const mcu::AddressRange& range, const Recipe::Group& group, const Recipe::Stream& stream)
{
    auto step = static_cast<std::int64_t>(static_cast<std::int32_t>(stream.stride));
    if (step == 0)
        return ~std::uint64_t {0};
    std::int64_t offset = std::int64_t {stream.start} - range.start;
    std::int64_t room = step > 0 ? (range.size - offset - group.high) / step : (offset + group.low) / -step;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(room, 0)) + 1;
}

/// Are all accesses of the group in so many turns?
inline bool is_aligned(const Recipe::Group& group, const Recipe::Stream& stream, std::uint64_t turns)
{
    std::uint32_t bits = stream.start | (turns > 1 ? stream.stride : 0);
    return group.offsets_aligned && !(bits & group.alignment_mask);
}

inline void move_on(std::vector<Recipe::Stream>& streams, std::uint64_t turns)
{
    for (Recipe::Stream& stream : streams)
        stream.start += static_cast<std::uint32_t>(turns) * stream.stride;
}

} // namespace sim
