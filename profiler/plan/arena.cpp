// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/arena.h"

#include "base/check.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

namespace plan {
namespace {

std::uint64_t aligned(std::uint64_t offset)
{
    return (offset + arena_alignment - 1) / arena_alignment * arena_alignment;
}

/// `in_the_way` sorted by offset: the first gap that holds `bytes`.
std::uint64_t lowest_gap(const std::vector<const ArenaBuffer*>& in_the_way, std::uint64_t bytes)
{
    std::uint64_t offset = 0;
    for (const ArenaBuffer* other : in_the_way) {
        if (offset + bytes <= other->offset)
            return offset;
        offset = std::max(offset, aligned(other->offset + other->bytes));
    }
    return offset;
}

std::uint64_t peak_where(
    const std::vector<ArenaBuffer>& buffers, const std::function<bool(const ArenaBuffer&)>& counted)
{
    std::map<int, std::int64_t> change_at_step;
    for (const ArenaBuffer& buffer : buffers) {
        if (!counted(buffer))
            continue;
        change_at_step[buffer.first] += static_cast<std::int64_t>(buffer.bytes);
        change_at_step[buffer.last + 1] -= static_cast<std::int64_t>(buffer.bytes);
    }
    std::int64_t live = 0, peak = 0;
    for (auto [step, change] : change_at_step) {
        live += change;
        peak = std::max(peak, live);
    }
    return static_cast<std::uint64_t>(peak);
}

} // namespace

std::string_view name_of(BufferKind kind)
{
    return kind == BufferKind::activation ? "activation" : "scratch";
}

bool alive_together(const ArenaBuffer& a, const ArenaBuffer& b)
{
    return a.first <= b.last && b.first <= a.last;
}

std::uint64_t place_buffers(std::vector<ArenaBuffer>& buffers)
{
    std::vector<std::size_t> order(buffers.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    std::ranges::stable_sort(
        order, std::greater {}, [&](std::size_t index) { return buffers[index].bytes; });

    std::uint64_t arena_bytes = 0;
    std::vector<const ArenaBuffer*> placed;
    for (std::size_t index : order) {
        ArenaBuffer& buffer = buffers[index];
        CHECK(buffer.first <= buffer.last);
        std::vector<const ArenaBuffer*> in_the_way;
        for (const ArenaBuffer* other : placed)
            if (alive_together(buffer, *other))
                in_the_way.push_back(other);
        buffer.offset = lowest_gap(in_the_way, buffer.bytes);
        arena_bytes = std::max(arena_bytes, buffer.offset + buffer.bytes);
        placed.insert(
            std::ranges::upper_bound(placed, buffer.offset, {}, &ArenaBuffer::offset), &buffer);
    }
    return aligned(arena_bytes);
}

std::uint64_t peak_bytes(const std::vector<ArenaBuffer>& buffers, BufferKind kind)
{
    return peak_where(buffers, [kind](const ArenaBuffer& buffer) { return buffer.kind == kind; });
}

std::uint64_t peak_bytes(const std::vector<ArenaBuffer>& buffers)
{
    return peak_where(buffers, [](const ArenaBuffer&) { return true; });
}

} // namespace plan
