// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/memory/line_cache.h"

#include "base/check.h"

#include <algorithm>
#include <bit>

namespace sim {

LineCache::LineCache(const mcu::Cache& geometry)
    : line_(geometry.line_bytes)
    , sector_(geometry.fill_bytes ? geometry.fill_bytes : geometry.line_bytes)
    , ways_(geometry.ways)
    , sets_(geometry.lines / geometry.ways)
    , lines_(geometry.lines)
    , buckets_(buckets)
{
    CHECK(std::has_single_bit(sets_)); // the rules of chip files see to it
}

const LineCache::Line* LineCache::find(std::uint32_t line_number) const
{
    if (lines_[latest_].tag == line_number)
        return &lines_[latest_];
    const Bucket& bucket = buckets_[line_number % buckets];
    if (bucket.lines == 0)
        return nullptr;
    if (lines_[bucket.slot].tag == line_number)
        return &lines_[bucket.slot];
    const Line* set = lines_.data() + set_of(line_number);
    for (const Line* line = set; line != set + ways_; ++line)
        if (line->tag == line_number)
            return line;
    return nullptr;
}

LineCache::Line* LineCache::find(std::uint32_t line_number)
{
    return const_cast<Line*>(static_cast<const LineCache*>(this)->find(line_number));
}

void LineCache::replace(Line& line, std::uint32_t line_number)
{
    if (line.tag != empty) {
        ++evictions_;
        --buckets_[line.tag % buckets].lines;
    }
    Bucket& bucket = buckets_[line_number % buckets];
    ++bucket.lines;
    bucket.slot = static_cast<std::uint32_t>(&line - lines_.data());
    line.tag = line_number;
    line.sectors = 0;
}

bool LineCache::access(std::uint32_t address)
{
    std::uint32_t line_number = line_.number_of(address), sector = sector_bit(address);
    Line* line = find(line_number);
    if (!line) {
        Line* set = lines_.data() + set_of(line_number);
        line = std::min_element(set, set + ways_, [](const Line& a, const Line& b) { return a.used < b.used; });
        replace(*line, line_number);
    }
    latest_ = static_cast<std::size_t>(line - lines_.data());
    line->used = ++clock_;
    bool hit = line->sectors & sector;
    line->sectors |= sector;
    return hit;
}

std::vector<LineCache::Slot> LineCache::slots(std::uint32_t begin, std::uint32_t end) const
{
    std::vector<Slot> slots;
    for (std::uint32_t line_number = line_.number_of(begin); line_number <= line_.number_of(end - 1); ++line_number) {
        const Line* line = find(line_number);
        CHECK(line != nullptr);
        std::uint32_t start = line_.start_of(line_number), sectors = 0;
        for (std::uint32_t at = std::max(begin, start); at < end && line_.number_of(at) == line_number; at = sector_.start_of(sector_.number_of(at) + 1))
            sectors |= sector_bit(at);
        slots.push_back({static_cast<std::uint32_t>(line - lines_.data()), line_number, sectors});
    }
    return slots;
}

bool LineCache::contains(std::uint32_t address) const
{
    const Line* line = find(line_.number_of(address));
    return line && (line->sectors & sector_bit(address));
}

} // namespace sim
