// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/memory/memory_system.h"

#include "base/check.h"

#include <algorithm>

namespace sim {

MemorySystem::MemorySystem(const mcu::ChipModel& chip)
{
    CHECK(chip.regions.size() < 254);
    for (const mcu::Region& region : chip.regions) {
        RegionState state;
        state.start = region.start;
        state.size = region.size;
        state.has_alias = region.alias.has_value();
        state.alias = region.alias.value_or(0);
        mcu::ChipModel::Waits waits = chip.waits_of(region);
        state.read_penalty = waits.read;
        state.write_penalty = waits.write;
        state.fetch_penalty = waits.fetch;
        state.fetch_line = Granule(region.fetch_line_bytes ? region.fetch_line_bytes : 4);
        state.prefetch = region.prefetch;
        state.instruction_cache = cache_named(region.instruction_cache);
        state.data_cache = cache_named(region.data_cache);
        state.data_waits = state.read_penalty > 0 || state.write_penalty > 0;
        state.code_waits = state.fetch_penalty > 0;
        regions_.push_back(state);
    }
    regions_.push_back({}); // peripherals
}

LineCache* MemorySystem::cache_named(const mcu::Cache& geometry)
{
    if (!geometry.present())
        return nullptr;
    for (NamedCache& named : caches_)
        if (named.name == geometry.name)
            return named.cache.get();
    caches_.push_back({geometry.name, std::make_unique<LineCache>(geometry)});
    return caches_.back().cache.get();
}

RegionIndex MemorySystem::region_at(std::uint32_t address) const
{
    for (std::size_t i = 0; i + 1 < regions_.size(); ++i) {
        const RegionState& region = regions_[i];
        if (address - region.start < region.size || (region.has_alias && address - region.alias < region.size))
            return static_cast<RegionIndex>(i);
    }
    return static_cast<RegionIndex>(regions_.size() - 1);
}

mcu::AddressRange MemorySystem::gap_at(std::uint32_t address) const
{
    std::uint64_t low = 0, high = std::uint64_t {1} << 32;
    auto border = [&](std::uint32_t start, std::uint32_t size) {
        if (start > address)
            high = std::min<std::uint64_t>(high, start);
        else
            low = std::max(low, std::uint64_t {start} + size);
    };
    for (std::size_t i = 0; i + 1 < regions_.size(); ++i) {
        border(regions_[i].start, regions_[i].size);
        if (regions_[i].has_alias)
            border(regions_[i].alias, regions_[i].size);
    }
    return {static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(std::min<std::uint64_t>(high - low, ~0u))};
}

mcu::AddressRange MemorySystem::range_at(std::uint32_t address) const
{
    const RegionState& region = regions_[region_at(address)];
    if (region.size == 0)
        return gap_at(address);
    return {address - region.start < region.size ? region.start : region.alias, region.size};
}

/// One turn of all streams. Fills `waits_by_stream`; returns the number of lines thrown out meanwhile.
std::uint32_t MemorySystem::turn_waits(std::span<const AccessStream> streams, std::vector<std::uint64_t>& waits_by_stream, std::uint64_t turn)
{
    std::uint64_t thrown = 0;
    for (std::size_t s = 0; s < streams.size(); ++s) {
        const AccessStream& stream = streams[s];
        RegionState& region = regions_[stream.region];
        LineCache* cache = region.data_cache;
        if (!cache)
            continue;
        Granule sector = cache->sector();
        std::uint64_t before = cache->evictions();
        std::uint32_t first = stream.start + static_cast<std::uint32_t>(turn) * stream.stride;
        std::uint32_t penalty = stream.kind == Access::Kind::load ? region.read_penalty : region.write_penalty;
        for (unsigned access = 0; access < stream.count; ++access) {
            std::uint32_t low = first + access * stream.bytes, high = low + stream.bytes - 1u;
            bool hit = cache->access(low);
            if (sector.number_of(high) != sector.number_of(low))
                hit = cache->access(high) && hit;
            if (!hit) {
                ++region.data_counts.misses;
                --region.data_counts.hits; // counted for all accesses of the run at once
                waits_by_stream[s] += penalty;
            }
        }
        thrown += cache->evictions() - before;
    }
    return static_cast<std::uint32_t>(thrown);
}

/// Is every sector from `low` to `high` there?
bool MemorySystem::holds(const LineCache& cache, std::uint32_t low, std::uint32_t high)
{
    Granule sector = cache.sector();
    for (std::uint32_t number = sector.number_of(low); number <= sector.number_of(high); ++number)
        if (!cache.contains(sector.start_of(number)))
            return false;
    return true;
}

/// Turns, this one included, until a stream reaches a new sector or leaves one.
std::uint64_t MemorySystem::turns_within_sectors(const LineCache& cache, std::uint32_t low, std::uint32_t high, std::uint32_t stride)
{
    Granule sector = cache.sector();
    auto step = static_cast<std::int32_t>(stride);
    std::uint32_t size = step > 0 ? stride : 0u - stride;
    auto room = [&](std::uint32_t address) { return step > 0 ? sector.bytes() - sector.offset_of(address) : sector.offset_of(address) + 1; };
    return (std::min(room(low), room(high)) + size - 1) / size;
}

std::uint64_t MemorySystem::quiet_turns(std::span<const AccessStream> streams, std::uint64_t turns) const
{
    for (const AccessStream& stream : streams) {
        const LineCache* cache = regions_[stream.region].data_cache;
        if (!cache)
            continue;
        std::uint32_t low = stream.start, high = low + std::uint32_t {stream.bytes} * stream.count - 1u;
        if (!holds(*cache, low, high))
            return 0;
        if (stream.stride != 0)
            turns = std::min(turns, turns_within_sectors(*cache, low, high, stream.stride));
    }
    return turns;
}

void MemorySystem::run(std::span<const AccessStream> streams, std::uint64_t turns, std::vector<Wait>& waits)
{
    scratch_.assign(streams.size(), 0);
    bool cached = false;
    for (std::size_t s = 0; s < streams.size(); ++s) {
        const AccessStream& stream = streams[s];
        RegionState& region = regions_[stream.region];
        std::uint64_t accesses = turns * stream.count;
        if (region.data_cache) {
            cached = true;
            region.data_counts.hits += accesses;
        } else {
            region.data_counts.misses += accesses;
            scratch_[s] = accesses * (stream.kind == Access::Kind::load ? region.read_penalty : region.write_penalty);
        }
    }

    // A cache is asked only in turns in which some stream reaches a new sector or leaves one: between them every stream
    // stays where it is, all hits, and the order of use among the streams does not change.
    for (std::uint64_t turn = 0; cached && turn < turns;) {
        std::uint32_t thrown = turn_waits(streams, scratch_, turn);
        std::uint64_t next = turns;
        for (const AccessStream& stream : streams) {
            LineCache* cache = regions_[stream.region].data_cache;
            if (!cache)
                continue;
            std::uint32_t low = stream.start + static_cast<std::uint32_t>(turn) * stream.stride;
            std::uint32_t high = low + std::uint32_t {stream.bytes} * stream.count - 1u;
            if (thrown && !holds(*cache, low, high))
                next = turn + 1; // the streams push each other out: no turn is like the one before
            if (stream.stride != 0)
                next = std::min(next, turn + turns_within_sectors(*cache, low, high, stream.stride));
        }
        turn = next;
    }

    for (std::size_t s = 0; s < streams.size(); ++s)
        if (scratch_[s])
            waits.push_back({streams[s].instruction, scratch_[s]});
}

std::uint32_t MemorySystem::fetch_line(RegionState& region, std::uint32_t line, std::uint64_t now)
{
    std::uint32_t address = region.fetch_line.start_of(line);
    std::uint32_t wait = 0;
    bool cached = region.instruction_cache && region.instruction_cache->access(address);
    if (cached) {
        ++region.fetch_counts.hits;
    } else {
        ++region.fetch_counts.misses;
        if (line == fetch_.coming)
            wait = fetch_.ready > now ? static_cast<std::uint32_t>(fetch_.ready - now) : 0;
        else
            wait = region.fetch_penalty;
        if (region.prefetch) {
            fetch_.coming = line + 1;
            fetch_.ready = now + wait + 1 + region.fetch_penalty;
        }
    }
    fetch_.current = line;
    return wait;
}

std::uint64_t MemorySystem::fetch_turn(const Block& block, RegionState& region, std::span<const std::uint32_t> issue_at, std::uint64_t now, std::vector<Wait>& waits)
{
    std::uint64_t waited = 0;
    for (std::size_t i = 0; i < block.instructions.size(); ++i) {
        const Instruction& in = block.instructions[i];
        std::uint32_t first = region.fetch_line.number_of(in.address), last = region.fetch_line.number_of(in.end() - 1);
        std::uint32_t wait = 0;
        for (std::uint32_t line = first; line <= last; ++line) {
            if (line != fetch_.current) {
                wait += fetch_line(region, line, now + issue_at[i] + waited + wait);
            } else if (i == 0 && line == first) { // entered where the block before ended: still one line asked for
                ++region.fetch_counts.hits;
                if (region.instruction_cache)
                    region.instruction_cache->access(region.fetch_line.start_of(line));
            }
        }
        if (wait)
            waits.push_back({static_cast<std::uint16_t>(i), wait});
        waited += wait;
    }
    return waited;
}

MemorySystem::FetchState MemorySystem::relative(std::uint64_t now) const
{
    FetchState state = fetch_;
    state.ready = state.ready > now ? state.ready - now : 0;
    return state;
}

void MemorySystem::fetch(const Block& block, RegionIndex index, Residence& residence, std::span<const std::uint32_t> issue_at,
    std::uint32_t cycles, base::Cycles now, std::uint64_t turns, std::vector<Wait>& waits)
{
    RegionState& region = regions_[index];
    LineCache* cache = region.instruction_cache;
    std::uint32_t first_line = region.fetch_line.number_of(block.address), last_line = region.fetch_line.number_of(block.end() - 1);
    std::uint64_t lines = last_line - first_line + 1;

    // All of it in the cache since last time: nothing waits, however often it turns.
    if (resident(index, residence)) {
        cache->touch(residence.slots);
        region.fetch_counts.hits += lines * turns;
        fetch_.current = last_line;
        return;
    }

    std::uint64_t time = now.count();
    for (std::uint64_t turn = 0; turn < turns; ++turn) {
        std::size_t before = waits.size();
        std::uint64_t evictions = cache ? cache->evictions() : 0;
        Counts counts = region.fetch_counts;
        FetchState entered = relative(time);
        std::uint64_t waited = fetch_turn(block, region, issue_at, time, waits);
        time += cycles + waited;

        // Entered and left alike, nothing thrown out: every further turn is like this one.
        bool steady = relative(time) == entered && (!cache || (evictions == cache->evictions() && waited == 0));
        if (cache && steady)
            residence = {cache->evictions(), cache->slots(block.address, block.end())};
        if (steady && turn + 1 < turns) {
            std::uint64_t rest = turns - turn - 1;
            for (std::size_t w = before; w < waits.size(); ++w)
                waits[w].cycles *= rest + 1;
            region.fetch_counts.hits += rest * (region.fetch_counts.hits - counts.hits);
            region.fetch_counts.misses += rest * (region.fetch_counts.misses - counts.misses);
            return;
        }
    }
    if (cache) {
        bool all = true;
        for (std::uint32_t line = first_line; line <= last_line; ++line)
            all = all && cache->contains(region.fetch_line.start_of(line));
        if (all)
            residence = {cache->evictions(), cache->slots(block.address, block.end())};
    }
}

} // namespace sim
