// SPDX-License-Identifier: GPL-2.0-or-later
//
// MemorySystem charges runs of many turns by the lines they touch. Held against one turn at a time.
#include "sim/memory/memory_system.h"
#include "tests/support/assembler.h"
#include "tests/unit/sim/chip_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <map>

namespace {

using namespace sim;
using sim_tests::cache_table;

// The same cases every time; who wants others says so.
[[maybe_unused]] const int same_every_time = ::setenv("RC_PARAMS", "seed=20", 0);

/// Waits by instruction.
std::map<int, std::uint64_t> summed(const std::vector<Wait>& waits)
{
    std::map<int, std::uint64_t> sum;
    for (const Wait& wait : waits)
        sum[wait.instruction] += wait.cycles;
    return sum;
}

/// A chip whose caches are small enough to overflow. The slow bank shares the flash's data cache or
/// has none.
mcu::ChipModel some_chip()
{
    auto lines = *rc::gen::element(1u, 2u, 4u, 8u);
    auto ways = *rc::gen::suchThat(
        rc::gen::element(1u, 2u, 4u, 8u), [=](unsigned w) { return w <= lines; });
    auto line_bytes = *rc::gen::element(8u, 16u, 32u);
    auto fill_bytes = *rc::gen::element(0u, 4u, 8u);
    bool cached = *rc::gen::inRange(0, 4) != 0, shared = *rc::gen::arbitrary<bool>();
    return sim_tests::chip_of({.wait_states = *rc::gen::inRange(1u, 6u),
        .fetch_line_bytes = *rc::gen::element(4u, 8u),
        .prefetch = *rc::gen::arbitrary<bool>(),
        .caches = cached ? cache_table("I", line_bytes, lines, ways, fill_bytes)
                + cache_table("D", line_bytes, lines, ways, fill_bytes)
                         : "",
        .flash_caches = cached ? "instruction_cache = \"I\"\ndata_cache = \"D\"\n" : "",
        .slow_read_wait = *rc::gen::inRange(0u, 4u),
        .slow_write_wait = *rc::gen::inRange(1u, 4u),
        .slow_caches = cached && shared ? "data_cache = \"D\"\n" : ""});
}

std::vector<AccessStream> some_streams()
{
    std::vector<AccessStream> streams;
    int count = *rc::gen::inRange(1, 5);
    for (int i = 0; i < count; ++i) {
        bool flash = *rc::gen::arbitrary<bool>();
        auto bytes = *rc::gen::element<std::uint8_t>(1, 2, 4);
        auto accesses = bytes == 4 ? *rc::gen::inRange<std::uint8_t>(1, 9) : std::uint8_t {1};
        auto stride = *rc::gen::element(-32, -8, -4, -1, 0, 0, 1, 1, 2, 4, 4, 8, 12, 16, 36, 64);
        streams.push_back({.instruction = static_cast<std::uint16_t>(i),
            .region = static_cast<RegionIndex>(flash ? 0 : 2),
            .kind
            = !flash && *rc::gen::arbitrary<bool>() ? Access::Kind::store : Access::Kind::load,
            .bytes = bytes,
            .count = accesses,
            .start = (flash ? 0x8000 : 0x30008000)
                + *rc::gen::inRange(0u, 256u) / (accesses > 1 ? 4 : 1) * (accesses > 1 ? 4u : 1u),
            .stride = static_cast<std::uint32_t>(accesses > 1 ? stride / 4 * 4 : stride)});
    }
    return streams;
}

TEST(MemoryProperty, RunsChargeWhatTheirTurnsChargeOneByOne)
{
    EXPECT_TRUE(rc::check("streams", [] {
        mcu::ChipModel chip = some_chip();
        MemorySystem at_once(chip), one_by_one(chip);
        int runs = *rc::gen::inRange(1, 4);
        for (int run = 0; run < runs; ++run) {
            std::vector<AccessStream> streams = some_streams();
            auto turns = *rc::gen::inRange<std::uint64_t>(1, 70);
            for (const AccessStream& stream : streams)
                RC_LOG() << "region " << int {stream.region} << " bytes " << int {stream.bytes}
                         << " x " << int {stream.count} << " at " << stream.start << " stride "
                         << static_cast<int>(stream.stride) << '\n';
            RC_LOG() << turns << " turns\n";

            std::vector<Wait> waits, single_waits;
            at_once.run(streams, turns, waits);
            for (std::uint64_t turn = 0; turn < turns; ++turn) {
                one_by_one.run(streams, 1, single_waits);
                for (AccessStream& stream : streams)
                    stream.start += stream.stride;
            }
            RC_ASSERT(summed(waits) == summed(single_waits));
            for (RegionIndex region : {RegionIndex {0}, RegionIndex {2}}) {
                RC_ASSERT(at_once.data_counts(region).hits == one_by_one.data_counts(region).hits);
                RC_ASSERT(
                    at_once.data_counts(region).misses == one_by_one.data_counts(region).misses);
            }
        }
    }));
}

TEST(MemoryProperty, FetchesOfManyTurnsWaitAsThoseOfOneAtATime)
{
    EXPECT_TRUE(rc::check("fetches", [] {
        // Blocks of NOPs at random places, each run some turns, again and again.
        mcu::ChipModel chip = some_chip();
        MemorySystem at_once(chip), one_by_one(chip);
        BlockTable table;
        std::vector<Block*> blocks;
        std::vector<std::vector<std::uint32_t>> issue_at;
        int count = *rc::gen::inRange(1, 4);
        for (int b = 0; b < count; ++b) {
            auto size = *rc::gen::inRange<std::uint32_t>(1, 40);
            std::vector<std::uint8_t> code;
            issue_at.emplace_back();
            for (std::uint32_t i = 0; i < size; ++i) {
                code.insert(code.end(), {0x00, 0xbf});
                issue_at.back().push_back(i);
            }
            blocks.push_back(&table.add(code,
                static_cast<std::uint32_t>(b) * 0x100 + *rc::gen::inRange(0u, 64u) * 2, nullptr));
        }
        std::vector<MemorySystem::Residence> residences(blocks.size());
        std::uint64_t now = 0, now_single = 0;
        int runs = *rc::gen::inRange(1, 8);
        for (int run = 0; run < runs; ++run) {
            auto b = *rc::gen::inRange<std::size_t>(0, blocks.size());
            auto turns = *rc::gen::inRange<std::uint64_t>(1, 30);
            auto cycles = static_cast<std::uint32_t>(issue_at[b].size());
            RC_LOG() << "block of " << cycles << " at " << blocks[b]->address << ", " << turns
                     << " turns\n";
            std::vector<Wait> waits, single_waits;
            at_once.fetch(
                *blocks[b], 0, residences[b], issue_at[b], cycles, base::Cycles(now), turns, waits);
            now += turns * cycles;
            for (const Wait& wait : waits)
                now += wait.cycles;
            for (std::uint64_t turn = 0; turn < turns; ++turn) {
                MemorySystem::Residence unknown;
                std::vector<Wait> of_turn;
                one_by_one.fetch(*blocks[b], 0, unknown, issue_at[b], cycles,
                    base::Cycles(now_single), 1, of_turn);
                now_single += cycles;
                for (const Wait& wait : of_turn)
                    now_single += wait.cycles;
                single_waits.insert(single_waits.end(), of_turn.begin(), of_turn.end());
            }
            RC_ASSERT(summed(waits) == summed(single_waits));
            RC_ASSERT(now == now_single);
            RC_ASSERT(at_once.fetch_counts(0).hits == one_by_one.fetch_counts(0).hits);
            RC_ASSERT(at_once.fetch_counts(0).misses == one_by_one.fetch_counts(0).misses);
        }
    }));
}

/// Data accesses of some runs, to be repeated on several memories.
struct Accesses {
    std::vector<AccessStream> streams;
    std::uint64_t turns = 1;
};

std::vector<Accesses> some_runs()
{
    std::vector<Accesses> runs;
    int count = *rc::gen::inRange(1, 5);
    for (int i = 0; i < count; ++i)
        runs.push_back({some_streams(), *rc::gen::inRange<std::uint64_t>(1, 50)});
    return runs;
}

struct Cost {
    std::uint64_t waits = 0, misses = 0;
};

Cost cost_of(const mcu::ChipModel& chip, const std::vector<Accesses>& runs)
{
    MemorySystem memory(chip);
    std::vector<Wait> waits;
    for (const Accesses& run : runs)
        memory.run(run.streams, run.turns, waits);
    Cost cost;
    for (const Wait& wait : waits)
        cost.waits += wait.cycles;
    for (RegionIndex region = 0; region < memory.region_count(); ++region)
        cost.misses += memory.data_counts(region).misses;
    return cost;
}

TEST(MemoryProperty, MoreWaitStatesAreNeverFaster)
{
    EXPECT_TRUE(rc::check("data", [] {
        std::vector<Accesses> runs = some_runs();
        bool cached = *rc::gen::arbitrary<bool>();
        std::uint64_t before = 0;
        for (unsigned wait_states = 1; wait_states <= 6; ++wait_states) {
            Cost cost = cost_of(sim_tests::chip_of({.wait_states = wait_states,
                                    .caches = cached ? cache_table("D", 16, 4, 4) : "",
                                    .flash_caches = cached ? "data_cache = \"D\"\n" : ""}),
                runs);
            RC_ASSERT(cost.waits >= before);
            before = cost.waits;
        }
    }));
}

TEST(MemoryProperty, FetchesNeverWaitLessForSlowerFlash)
{
    EXPECT_TRUE(rc::check("fetches", [] {
        // Straight lines of NOPs here and there, without a cache.
        std::vector<std::pair<std::uint32_t, std::uint32_t>> pieces; // at, instructions
        int count = *rc::gen::inRange(1, 6);
        for (int i = 0; i < count; ++i)
            pieces.emplace_back(*rc::gen::inRange(0u, 512u) * 2, *rc::gen::inRange(1u, 30u));
        bool prefetch = *rc::gen::arbitrary<bool>();
        std::uint64_t before = 0;
        for (unsigned wait_states = 1; wait_states <= 6; ++wait_states) {
            MemorySystem memory(
                sim_tests::chip_of({.wait_states = wait_states, .prefetch = prefetch}));
            BlockTable table;
            std::uint64_t now = 0;
            for (auto [at, size] : pieces) {
                std::vector<std::uint8_t> code;
                std::vector<std::uint32_t> issue_at;
                for (std::uint32_t i = 0; i < size; ++i) {
                    code.insert(code.end(), {0x00, 0xbf});
                    issue_at.push_back(i);
                }
                const Block& block = table.add(code, at, nullptr);
                MemorySystem::Residence unknown;
                std::vector<Wait> waits;
                memory.fetch(block, 0, unknown, issue_at, size, base::Cycles(now), 1, waits);
                now += size;
                for (const Wait& wait : waits)
                    now += wait.cycles;
            }
            RC_ASSERT(now >= before);
            before = now;
        }
    }));
}

/// Least recently used replacement has inclusion: what a cache of n ways holds, one of 2n ways with
/// the same sets holds too.
TEST(MemoryProperty, MoreWaysNeverMissMore)
{
    EXPECT_TRUE(rc::check("ways", [] {
        std::vector<Accesses> runs = some_runs();
        auto line_bytes = *rc::gen::element(8u, 16u, 32u);
        auto fill_bytes = *rc::gen::element(0u, 4u, 8u);
        auto sets = *rc::gen::element(1u, 2u, 4u);
        Cost before {.waits = ~std::uint64_t {0}, .misses = ~std::uint64_t {0}};
        for (unsigned ways = 1; ways <= 16; ways *= 2) {
            Cost cost
                = cost_of(sim_tests::chip_of({.wait_states = 3,
                              .caches = cache_table("D", line_bytes, sets * ways, ways, fill_bytes),
                              .flash_caches = "data_cache = \"D\"\n",
                              .slow_read_wait = 2,
                              .slow_write_wait = 1,
                              .slow_caches = "data_cache = \"D\"\n"}),
                    runs);
            RC_ASSERT(cost.misses <= before.misses);
            before = cost;
        }
    }));
}

/// On real chips: every wait of every access, at every clock that its file knows a step for.
TEST(MemoryProperty, AHigherClockNeverTakesFewerCycles)
{
    for (const std::string& name : mcu::chip_names()) {
        mcu::ChipModel chip = mcu::load_chip(name);
        auto flash = static_cast<RegionIndex>(chip.find_region("flash") - chip.regions.data());
        std::vector<Accesses> runs;
        for (std::uint32_t start : {0u, 4u, 64u, 100u})
            for (std::uint32_t stride : {0u, 4u, 12u, 64u})
                runs.push_back({{{.instruction = 0,
                                    .region = flash,
                                    .kind = Access::Kind::load,
                                    .bytes = 4,
                                    .count = 1,
                                    .start = chip.regions[flash].start + start,
                                    .stride = stride}},
                    40});
        std::uint64_t before = 0;
        for (std::uint64_t megahertz = 1; megahertz * 1'000'000 <= chip.bus_maximum.count();
             ++megahertz) {
            chip.clock = base::Hertz(megahertz * 1'000'000);
            std::uint64_t waits = cost_of(chip, runs).waits;
            EXPECT_GE(waits, before) << name << " at " << megahertz << " MHz";
            before = waits;
        }
    }
}

/// Accesses to memory without waits, behind caches or not, wait for nothing; the same ones
/// elsewhere never for less.
TEST(MemoryProperty, ZeroWaitMemoryIsNeverSlower)
{
    EXPECT_TRUE(rc::check("placement", [] {
        std::vector<Accesses> runs = some_runs();
        mcu::ChipModel chip = some_chip();
        std::vector<Accesses> moved = runs;
        for (Accesses& run : moved)
            for (AccessStream& stream : run.streams) {
                stream.region = 1; // SRAM
                stream.start = stream.start % 0x8000 + 0x20008000;
            }
        RC_ASSERT(cost_of(chip, moved).waits == 0u);
    }));
    // A chip's own zero-wait banks beside everything else it has.
    for (const char* name : {"stm32f746", "stm32f767", "stm32h743", "stm32h7a3"}) {
        mcu::ChipModel chip = mcu::load_chip(name);
        auto waits_in = [&](std::string_view region_name) {
            const mcu::Region& region = *chip.find_region(region_name);
            auto index = static_cast<RegionIndex>(&region - chip.regions.data());
            std::vector<Accesses> runs;
            for (std::uint32_t stride : {0u, 4u, 32u, 68u})
                runs.push_back({{{.instruction = 0,
                                    .region = index,
                                    .kind = Access::Kind::load,
                                    .bytes = 4,
                                    .count = 1,
                                    .start = region.start + 64,
                                    .stride = stride}},
                    50});
            return cost_of(chip, runs).waits;
        };
        EXPECT_EQ(waits_in("DTCM"), 0u) << name;
        for (const mcu::Region& region : chip.regions)
            if (region.kind != mcu::RegionKind::tcm && region.kind != mcu::RegionKind::peripheral) {
                EXPECT_GT(waits_in(region.name), 0u) << name << " " << region.name;
            }
    }
}

} // namespace
