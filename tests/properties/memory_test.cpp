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

} // namespace
