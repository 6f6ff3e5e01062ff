// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/quantity.h"
#include "mcu_models/chip_model.h"
#include "sim/decode/block.h"
#include "sim/memory/line_cache.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sim {

/// Index into ChipModel::regions; one past the last is everything else (peripherals).
using RegionIndex = std::uint8_t;

/// What an operand of a block did over a run: `turns` times `count` accesses of `bytes`, the first at `start`, each turn
/// `stride` further.
struct AccessStream {
    std::uint16_t instruction = 0;
    RegionIndex region = 0;
    Access::Kind kind = Access::Kind::load;
    std::uint8_t bytes = 0, count = 0;
    std::uint32_t start = 0, stride = 0;
};

/// Cycles that one instruction of a block waited for memory.
struct Wait {
    std::uint16_t instruction = 0;
    std::uint64_t cycles = 0;
};

/// How long accesses and fetches wait, given the chip's wait states, accelerators and caches. Only watches.
///
/// Modeled: flash wait states, line buffer, prefetch of the next line, caches and accelerators in front of a region (by
/// lines touched), waits of a region itself.
/// Not modeled: fetches and data reads that meet at the same port, critical-word-first fills, write buffers, replacement
/// other than least recently used.
class MemorySystem {
public:
    explicit MemorySystem(const mcu::ChipModel& chip);

    RegionIndex region_at(std::uint32_t address) const;
    /// The range through which `address` sees its region: its place or its alias. Nothing there: the gap between regions.
    mcu::AddressRange range_at(std::uint32_t address) const;
    std::size_t region_count() const { return regions_.size(); }

    bool data_can_wait(RegionIndex region) const { return regions_[region].data_waits; }
    bool code_can_wait(RegionIndex region) const { return regions_[region].code_waits; }

    struct Counts {
        std::uint64_t hits = 0, misses = 0;
    };
    Counts& data_counts(RegionIndex region) { return regions_[region].data_counts; }
    Counts& fetch_counts(RegionIndex region) { return regions_[region].fetch_counts; }

    /// The data side of a run of `turns`. Streams in program order; only those of regions that can wait are needed.
    void run(std::span<const AccessStream> streams, std::uint64_t turns, std::vector<Wait>& waits);

    /// What is remembered of a block's fetches between its runs.
    struct Residence {
        mutable std::uint64_t evictions = ~std::uint64_t {0}; // of the cache when all of the block was in it
        std::vector<LineCache::Slot> slots; // its lines there; none: it never was
    };
    /// May a fetch of the block wait for a line that is on its way, so that it matters when it begins?
    bool may_await_prefetch(RegionIndex region, const Residence& residence) const
    {
        const RegionState& state = regions_[region];
        return state.prefetch && !resident(region, residence);
    }
    /// Was all of the block in the region's cache when it ran last, and is it still?
    bool resident(RegionIndex region, const Residence& residence) const
    {
        const LineCache* cache = regions_[region].instruction_cache;
        if (!cache || residence.slots.empty())
            return false;
        if (residence.evictions != cache->evictions()) {
            if (!cache->holds(residence.slots))
                return false;
            residence.evictions = cache->evictions(); // remembered, so that it need not be looked up again
        }
        return true;
    }
    /// Do fetches from one region and data of another meet in one cache?
    bool share_cache(RegionIndex code, RegionIndex data) const
    {
        return regions_[code].instruction_cache && regions_[code].instruction_cache == regions_[data].data_cache;
    }
    /// For how many of `turns` all cached streams hit without leaving the sectors they are in; 0: one of them misses now.
    std::uint64_t quiet_turns(std::span<const AccessStream> streams, std::uint64_t turns) const;
    /// The code side of a run of `turns`: `issue_at` by instruction from `now`, `cycles` a turn without waits.
    void fetch(const Block& block, RegionIndex region, Residence& residence, std::span<const std::uint32_t> issue_at,
        std::uint32_t cycles, base::Cycles now, std::uint64_t turns, std::vector<Wait>& waits);

private:
    struct RegionState {
        std::uint32_t start = 0, size = 0, alias = 0;
        bool has_alias = false;
        bool data_waits = false, code_waits = false, prefetch = false;
        std::uint32_t read_penalty = 0, write_penalty = 0, fetch_penalty = 0;
        Granule fetch_line {4};
        LineCache* instruction_cache = nullptr;
        LineCache* data_cache = nullptr;
        Counts data_counts, fetch_counts;
    };
    struct FetchState { // of the core's fetch unit: one line buffer and one line on its way
        std::uint32_t current = ~0u, coming = ~0u;
        std::uint64_t ready = 0;
        bool operator==(const FetchState&) const = default;
    };

    mcu::AddressRange gap_at(std::uint32_t address) const;
    LineCache* cache_named(const mcu::Cache& geometry);
    static bool holds(const LineCache& cache, std::uint32_t low, std::uint32_t high);
    static std::uint64_t turns_within_sectors(const LineCache& cache, std::uint32_t low, std::uint32_t high, std::uint32_t stride);
    std::uint32_t turn_waits(std::span<const AccessStream> streams, std::vector<std::uint64_t>& waits_by_stream, std::uint64_t turn);
    std::uint64_t fetch_turn(const Block& block, RegionState& region, std::span<const std::uint32_t> issue_at, std::uint64_t now, std::vector<Wait>& waits);
    std::uint32_t fetch_line(RegionState& region, std::uint32_t line, std::uint64_t now);
    FetchState relative(std::uint64_t now) const;

    struct NamedCache {
        std::string name;
        std::unique_ptr<LineCache> cache;
    };
    std::vector<NamedCache> caches_;
    std::vector<RegionState> regions_;
    FetchState fetch_;
    std::vector<std::uint64_t> scratch_;
};

} // namespace sim
