// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/arena.h"

#include "profiler/plan/arena_item.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace plan {
namespace {

/// The lowest offset at which `item` is out of the way of all `placed`.
std::uint64_t lowest_offset(const ArenaItem& item, const std::vector<const ArenaItem*>& placed)
{
    struct Obstacle {
        std::uint64_t begin, end; // the item may not reach beyond begin, nor begin before end
    };
    std::vector<Obstacle> obstacles;
    for (const ArenaItem* other : placed)
        if (alive_together(item, *other)) {
            const std::uint64_t reach = height_below(item, *other);
            obstacles.push_back({other->offset - std::min(other->offset, reach - 1),
                other->offset + height_below(*other, item)});
        }
    std::ranges::sort(obstacles, {}, &Obstacle::begin);
    // What an item takes beside one obstacle may be less than beside another, so more than one turn.
    std::uint64_t offset = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (const Obstacle& obstacle : obstacles)
            if (obstacle.begin <= offset && offset < obstacle.end) {
                offset = obstacle.end;
                moved = true;
            }
    }
    return offset;
}

void first_fit(std::vector<ArenaItem>& items, const std::vector<std::size_t>& order)
{
    std::vector<const ArenaItem*> placed;
    for (std::size_t index : order) {
        items[index].offset = lowest_offset(items[index], placed);
        placed.push_back(&items[index]);
    }
}

using Priority = std::function<std::uint64_t(const ArenaItem&)>; // the highest goes first

std::vector<std::size_t> order_by(const std::vector<ArenaItem>& items, const Priority& priority)
{
    std::vector<std::size_t> order(items.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    std::ranges::stable_sort(
        order, std::greater {}, [&](std::size_t index) { return priority(items[index]); });
    return order;
}

std::uint64_t held_at(const std::vector<ArenaItem>& items, int step)
{
    std::uint64_t bytes = 0;
    for (const ArenaItem& item : items)
        if (item.first <= step && step <= item.last)
            bytes += item.at(step);
    return bytes;
}

int last_step(const std::vector<ArenaItem>& items)
{
    int last = -1;
    for (const ArenaItem& item : items)
        last = std::max(last, item.last);
    return last;
}

/// The most that any step of the item's life holds.
Priority by_fullest_step(const std::vector<ArenaItem>& items)
{
    std::vector<std::uint64_t> held;
    for (int step = 0; step <= last_step(items); ++step)
        held.push_back(held_at(items, step));
    return [held](const ArenaItem& item) {
        return *std::max_element(held.begin() + item.first, held.begin() + item.last + 1);
    };
}

std::vector<std::vector<std::size_t>> orders(const std::vector<ArenaItem>& items)
{
    const auto size = [](const ArenaItem& item) { return item.bytes; };
    const auto area = [](const ArenaItem& item) {
        return std::accumulate(item.bytes_at.begin(), item.bytes_at.end(), std::uint64_t {0});
    };
    std::vector<std::size_t> by_size = order_by(items, size);
    std::vector<std::size_t> by_fullness = by_size;
    const Priority fullest = by_fullest_step(items);
    std::ranges::stable_sort(by_fullness, std::greater {},
        [&](std::size_t index) { return fullest(items[index]); });
    return {by_size, order_by(items, area), by_fullness,
        order_by(items, [](const ArenaItem&) { return std::uint64_t {0}; })};
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
    std::vector<ArenaItem> items = items_of(buffers), best;
    for (const std::vector<std::size_t>& order : orders(items)) {
        first_fit(items, order);
        if (best.empty() || top_of(items) < top_of(best))
            best = items;
    }
    apply_offsets(best, buffers);
    return top_of(best);
}

bool is_sound(const std::vector<ArenaBuffer>& buffers)
{
    const std::vector<ArenaItem> items = items_of(buffers);
    const auto offset = [&](const ArenaItem& item) { return buffers[item.buffers.front()].offset; };
    for (const ArenaItem& a : items) {
        for (std::size_t index : a.buffers)
            if (buffers[index].offset != offset(a))
                return false;
        for (const ArenaItem& b : items)
            if (&a != &b && alive_together(a, b) && offset(a) <= offset(b)
                && offset(a) + height_below(a, b) > offset(b))
                return false;
    }
    return true;
}

std::uint64_t live_bytes(const std::vector<ArenaBuffer>& buffers, int step, BufferKind kind)
{
    std::uint64_t bytes = 0;
    for (const ArenaItem& item : items_of(buffers)) {
        std::uint64_t most = 0;
        for (std::size_t index : item.buffers) {
            const ArenaBuffer& buffer = buffers[index];
            if (buffer.kind == kind && buffer.first <= step && step <= buffer.last)
                most = std::max(most, buffer.bytes);
        }
        bytes += most;
    }
    return bytes;
}

std::uint64_t peak_bytes(const std::vector<ArenaBuffer>& buffers, BufferKind kind)
{
    std::uint64_t peak = 0;
    for (int step = 0; step <= last_step(items_of(buffers)); ++step)
        peak = std::max(peak, live_bytes(buffers, step, kind));
    return peak;
}

std::uint64_t peak_bytes(const std::vector<ArenaBuffer>& buffers)
{
    std::uint64_t peak = 0;
    for (int step = 0; step <= last_step(items_of(buffers)); ++step)
        peak = std::max(peak, live_bytes(buffers, step, BufferKind::activation)
                + live_bytes(buffers, step, BufferKind::scratch));
    return peak;
}

ArenaBound lower_bound(const std::vector<ArenaBuffer>& buffers)
{
    const std::vector<ArenaItem> items = items_of(buffers);
    ArenaBound bound;
    for (int step = 0; step <= last_step(items); ++step)
        if (const std::uint64_t held = held_at(items, step); held > bound.bytes)
            bound = {held, step};
    return bound;
}

} // namespace plan
