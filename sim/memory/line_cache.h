// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "sim/memory/granule.h"

#include <cstdint>
#include <vector>

namespace sim {

/// A cache or flash accelerator as a set of lines: least recently used replacement, lines filled in sectors where one
/// miss fetches less than a line. Holds no data: Unicorn has the memory, this only says what would have been a hit.
class LineCache {
public:
    explicit LineCache(const mcu::Cache& geometry);

    /// Touches the sector of `address`; false if it had to be fetched.
    bool access(std::uint32_t address);
    /// Is the sector there? Changes nothing.
    bool contains(std::uint32_t address) const;
    /// A line, or a part of it, and where it is.
    struct Slot {
        std::uint32_t place = 0, line_number = 0, sectors = 0;
    };
    /// Where the lines of [begin, end) are, all of which must be there.
    std::vector<Slot> slots(std::uint32_t begin, std::uint32_t end) const;
    /// Are they still there? Certainly as long as no line was thrown out.
    bool holds(const std::vector<Slot>& slots) const
    {
        for (const Slot& slot : slots) {
            const Line& line = lines_[slot.place];
            if (line.tag != slot.line_number || (line.sectors & slot.sectors) != slot.sectors)
                return false;
        }
        return true;
    }
    /// Like an access to each, all hits.
    void touch(const std::vector<Slot>& slots)
    {
        for (const Slot& slot : slots)
            lines_[slot.place].used = ++clock_;
    }
    /// Counts lines thrown out: as long as it stays, what was there is there.
    std::uint64_t evictions() const { return evictions_; }
    Granule sector() const { return sector_; }

private:
    static constexpr std::uint32_t empty = ~0u;
    struct Line {
        std::uint32_t tag = empty; // line number
        std::uint32_t sectors = 0; // bit by sector
        std::uint64_t used = 0;
    };
    Line* find(std::uint32_t line_number);
    void replace(Line& line, std::uint32_t line_number);
    const Line* find(std::uint32_t line_number) const;

    std::uint32_t sector_bit(std::uint32_t address) const { return 1u << sector_.number_of(line_.offset_of(address)); }
    std::size_t set_of(std::uint32_t line_number) const { return std::size_t {line_number & (sets_ - 1)} * ways_; }

    Granule line_, sector_;
    std::uint32_t ways_, sets_; // as many sets as a power of two
    std::vector<Line> lines_; // set by set
    std::size_t latest_ = 0;
    std::uint64_t clock_ = 0, evictions_ = 0;

    // Wide sets are not searched where a look at the line number's low bits decides: how many lines share them, and
    // where the one filled last is.
    struct Bucket {
        std::uint32_t lines = 0;
        std::uint32_t slot = 0;
    };
    static constexpr std::uint32_t buckets = 1024;
    std::vector<Bucket> buckets_;
};

} // namespace sim
