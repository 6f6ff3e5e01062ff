// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/arena_item.h"

#include "base/check.h"

#include <algorithm>

namespace plan {

std::uint64_t aligned(std::uint64_t bytes)
{
    return (bytes + arena_alignment - 1) / arena_alignment * arena_alignment;
}

std::vector<ArenaItem> items_of(const std::vector<ArenaBuffer>& buffers)
{
    std::vector<ArenaItem> items;
    std::vector<std::size_t> item_of(buffers.size());
    for (std::size_t i = 0; i < buffers.size(); ++i) {
        const ArenaBuffer& buffer = buffers[i];
        CHECK(buffer.first <= buffer.last);
        CHECK(!buffer.over || *buffer.over < i);
        item_of[i] = buffer.over ? item_of[*buffer.over] : items.size();
        if (!buffer.over)
            items.push_back({.buffers = {}, .first = buffer.first, .last = buffer.last, .bytes_at = {}});
        ArenaItem& item = items[item_of[i]];
        item.buffers.push_back(i);
        CHECK(buffer.first <= item.last); // in place begins while the other lives
        item.last = std::max(item.last, buffer.last);
    }
    for (ArenaItem& item : items) {
        item.bytes_at.resize(static_cast<std::size_t>(item.last - item.first) + 1);
        for (std::size_t index : item.buffers)
            for (int step = buffers[index].first; step <= buffers[index].last; ++step) {
                std::uint64_t& bytes = item.bytes_at[static_cast<std::size_t>(step - item.first)];
                bytes = std::max(bytes, aligned(buffers[index].bytes));
            }
        item.bytes = std::ranges::max(item.bytes_at);
    }
    return items;
}

bool alive_together(const ArenaItem& a, const ArenaItem& b)
{
    return a.first <= b.last && b.first <= a.last;
}

std::uint64_t height_below(const ArenaItem& lower, const ArenaItem& upper)
{
    std::uint64_t height = 0;
    for (int step = std::max(lower.first, upper.first); step <= std::min(lower.last, upper.last); ++step)
        height = std::max(height, lower.at(step));
    return height;
}

std::uint64_t top_of(const std::vector<ArenaItem>& items)
{
    std::uint64_t top = 0;
    for (const ArenaItem& item : items)
        top = std::max(top, item.offset + item.bytes);
    return top;
}

void apply_offsets(const std::vector<ArenaItem>& items, std::vector<ArenaBuffer>& buffers)
{
    for (const ArenaItem& item : items)
        for (std::size_t index : item.buffers)
            buffers[index].offset = item.offset;
}

} // namespace plan
