// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/memory/memory_map.h"
#include "sim/memory/memory_system.h"
#include "tests/support/assembler.h"
#include "tests/unit/sim/assembled_code.h"
#include "tests/unit/sim/chip_text.h"

#include <gtest/gtest.h>

namespace {

using namespace sim;
using sim_tests::cache_table;
using sim_tests::chip_of;

constexpr std::uint32_t sram = 0x20000000, slow = 0x30000000;

std::uint64_t cycles_of(const std::vector<Wait>& waits)
{
    std::uint64_t cycles = 0;
    for (const Wait& wait : waits)
        cycles += wait.cycles;
    return cycles;
}

AccessStream words(RegionIndex region, std::uint32_t start, std::uint32_t stride,
    Access::Kind kind = Access::Kind::load)
{
    return {.instruction = 0,
        .region = region,
        .kind = kind,
        .bytes = 4,
        .count = 1,
        .start = start,
        .stride = stride};
}

TEST(MemorySystem, FindsRegionsAndTheRest)
{
    MemorySystem memory(chip_of({}));
    EXPECT_EQ(memory.region_count(), 4u);
    EXPECT_EQ(memory.region_at(0), 0);
    EXPECT_EQ(memory.region_at(0xfffff), 0);
    EXPECT_EQ(memory.region_at(0x100000), 3);
    EXPECT_EQ(memory.region_at(sram + 0x1ffff), 1);
    EXPECT_EQ(memory.region_at(0x40000000), 3);
}

TEST(MemorySystem, WhatIsNoRegionEndsWhereOneBegins)
{
    MemorySystem memory(chip_of({}));
    mcu::AddressRange below = memory.range_at(sram - 1);
    EXPECT_EQ(below.start + below.size, sram);
    EXPECT_LT(below.start, sram - 1);
    mcu::AddressRange above = memory.range_at(0xffffffff);
    EXPECT_EQ(above.start + above.size, 0u);
    EXPECT_EQ(memory.region_at(above.start), 3);
    EXPECT_NE(memory.region_at(above.start - 1), 3);
}

TEST(MemorySystem, AnAliasIsTheSameRegion)
{
    mcu::ChipModel chip = mcu::load_chip("stm32l4r5");
    MemorySystem memory(chip);
    const mcu::Region* bank = chip.find_region("SRAM2");
    ASSERT_TRUE(bank && bank->alias);
    EXPECT_EQ(memory.region_at(bank->start), memory.region_at(*bank->alias));
    EXPECT_EQ(memory.range_at(*bank->alias + 16).start, *bank->alias);
}

TEST(MemorySystem, WithoutWaitStatesNothingWaits)
{
    MemorySystem memory(chip_of({}));
    for (RegionIndex region = 0; region < 4; ++region) {
        EXPECT_FALSE(memory.data_can_wait(region));
        EXPECT_FALSE(memory.code_can_wait(region));
    }
}

TEST(MemorySystem, EveryReadOfUncachedFlashWaits)
{
    MemorySystem memory(chip_of({.wait_states = 3}));
    std::vector<Wait> waits;
    std::vector<AccessStream> streams {words(0, 0x100, 4)};
    memory.run(streams, 10, waits);
    EXPECT_EQ(cycles_of(waits), 30u);
    EXPECT_EQ(memory.data_counts(0).misses, 10u);
}

TEST(MemorySystem, ReadsAndWritesOfASlowBankWaitDifferently)
{
    MemorySystem memory(chip_of({.slow_read_wait = 2, .slow_write_wait = 5}));
    std::vector<Wait> waits;
    std::vector<AccessStream> streams {words(2, slow, 4), words(2, slow, 4, Access::Kind::store)};
    streams[1].instruction = 1;
    memory.run(streams, 3, waits);
    ASSERT_EQ(waits.size(), 2u);
    EXPECT_EQ(waits[0].cycles, 6u);
    EXPECT_EQ(waits[1].instruction, 1);
    EXPECT_EQ(waits[1].cycles, 15u);
}

TEST(MemorySystem, AStreamMissesOncePerLine)
{
    MemorySystem memory(chip_of({.wait_states = 3,
        .caches = cache_table("D", 16, 4, 4),
        .flash_caches = "data_cache = \"D\"\n"}));
    std::vector<Wait> waits;
    std::vector<AccessStream> streams {words(0, 0x100, 4)};
    memory.run(streams, 16, waits);
    EXPECT_EQ(memory.data_counts(0).misses, 4u);
    EXPECT_EQ(memory.data_counts(0).hits, 12u);
    EXPECT_EQ(cycles_of(waits), 12u);
    waits.clear();
    memory.run(streams, 16, waits); // 64 bytes fit
    EXPECT_EQ(cycles_of(waits), 0u);
}

TEST(MemorySystem, ANarrowCacheThrashes)
{
    MemorySystem memory(chip_of({.wait_states = 3,
        .caches = cache_table("D", 16, 1, 1),
        .flash_caches = "data_cache = \"D\"\n"}));
    std::vector<Wait> waits;
    std::vector<AccessStream> streams {words(0, 0x100, 0), words(0, 0x200, 0)};
    memory.run(streams, 50, waits);
    EXPECT_EQ(memory.data_counts(0).misses, 100u);
    EXPECT_EQ(memory.data_counts(0).hits, 0u);
}

TEST(MemorySystem, AMultipleLoadCanLoseALineInItsMiddle)
{
    // Four lines of 8 bytes in two sets: the words of the first stream and the byte of the second
    // push each other out, but for the first and the last line.
    sim_tests::ChipShape shape {.wait_states = 1,
        .caches = cache_table("D", 8, 4, 2),
        .flash_caches = "data_cache = \"D\"\n"};
    MemorySystem at_once(chip_of(shape)), one_by_one(chip_of(shape));
    std::vector<AccessStream> streams {words(0, 0x8004, 0), words(0, 0x8000, 4)};
    streams[0].count = 6;
    streams[1].bytes = 1;
    std::vector<Wait> waits, single_waits;
    at_once.run(streams, 12, waits);
    for (int turn = 0; turn < 12; ++turn) {
        one_by_one.run(streams, 1, single_waits);
        streams[1].start += 4;
    }
    EXPECT_EQ(cycles_of(waits), cycles_of(single_waits));
    EXPECT_EQ(at_once.data_counts(0).misses, one_by_one.data_counts(0).misses);
}

class Fetch : public testing::Test {
protected:
    void SetUp() override { SKIP_WITHOUT_ASSEMBLER(); }

    /// Fetch waits of `turns` turns of 16-bit instructions at one a cycle.
    static std::uint64_t waits_of(const sim_tests::ChipShape& shape, unsigned instructions,
        std::uint64_t turns, MemorySystem::Counts* counts = nullptr)
    {
        std::string source;
        std::vector<std::uint32_t> issue_at;
        for (unsigned i = 0; i < instructions; ++i) {
            source += "nop\n";
            issue_at.push_back(i);
        }
        BlockTable table;
        std::vector<std::uint8_t> code = sim_tests::machine_code(source);
        Block& block = table.add(code, 0, nullptr);
        MemorySystem memory(chip_of(shape));
        std::vector<Wait> waits;
        MemorySystem::Residence residence;
        memory.fetch(block, 0, residence, issue_at, instructions, {}, turns, waits);
        if (counts)
            *counts = memory.fetch_counts(0);
        return cycles_of(waits);
    }
};

TEST_F(Fetch, WaitsAtEveryLineWithoutPrefetch)
{
    // RM0090 figure 5: wait states at every line of sequential code.
    EXPECT_EQ(waits_of({.wait_states = 3, .fetch_line_bytes = 16}, 16, 1), 6u);
    EXPECT_EQ(waits_of({.wait_states = 3, .fetch_line_bytes = 16}, 16, 10), 60u);
}

TEST_F(Fetch, ALoopWithinOneLineWaitsOnce)
{
    EXPECT_EQ(waits_of({.wait_states = 3, .fetch_line_bytes = 16}, 4, 10), 3u);
}

TEST_F(Fetch, PrefetchHidesWhatTheCodeTakesToRun)
{
    // The first line waits 3. The second is asked for when the first arrives and is there 4 cycles
    // later: eight instructions take longer than that.
    EXPECT_EQ(waits_of({.wait_states = 3, .fetch_line_bytes = 16, .prefetch = true}, 32, 1), 3u);
    // Two instructions a line: of 4 cycles 2 are left to wait for, 3 times.
    EXPECT_EQ(
        waits_of({.wait_states = 3, .fetch_line_bytes = 4, .prefetch = true}, 8, 1), 3u + 3 * 2);
}

TEST_F(Fetch, ACacheKeepsTheLoop)
{
    sim_tests::ChipShape shape {.wait_states = 3,
        .fetch_line_bytes = 8,
        .caches = cache_table("I", 8, 4, 4),
        .flash_caches = "instruction_cache = \"I\"\n"};
    MemorySystem::Counts counts;
    EXPECT_EQ(waits_of(shape, 16, 100, &counts), 4u * 3); // four lines, once
    EXPECT_EQ(counts.misses, 4u);
    EXPECT_EQ(counts.hits, 4u * 99);
    EXPECT_EQ(waits_of(shape, 20, 100, &counts),
        5u * 100 * 3); // five lines in a cache of four: least recently used fails
    EXPECT_EQ(counts.misses, 500u);
}

TEST(MemorySystem, TwoPortsOfOneMemoryWaitDifferently)
{
    mcu::ChipModel chip = mcu::load_chip("stm32f746");
    MemorySystem memory(chip);
    auto first_word = [&](std::string_view name) {
        const mcu::Region& region = *chip.find_region(name);
        std::vector<Wait> waits;
        std::vector<AccessStream> streams {words(memory.region_at(region.start), region.start, 0)};
        memory.run(streams, 1, waits);
        return cycles_of(waits);
    };
    EXPECT_EQ(first_word("flash"), 12u); // 7 wait states and 5 cycles of AXI
    EXPECT_EQ(first_word("flash"), 0u);  // L1 has it
    EXPECT_EQ(first_word("flash-ITCM"), 7u);
    EXPECT_EQ(first_word("flash-ITCM"), 7u); // and no data cache on that port
}

TEST(MemorySystem, AMirrorIsTheSameBytes)
{
    mcu::ChipModel chip = mcu::load_chip("stm32f746");
    MemoryMap map(chip);
    ASSERT_TRUE(map.write(0x0800'0010, 0x12345678, 4));
    EXPECT_EQ(map.read(0x0020'0010, 4), 0x12345678u);
    EXPECT_EQ(map.read(0x0000'0010, 4), 0u); // ITCM
}

TEST(MemorySystem, RamWaitsWhereItsChipIsTooFastForIt)
{
    auto waits_at = [](base::Hertz clock) {
        MemorySystem memory(mcu::load_chip("efr32mg24", clock));
        std::vector<Wait> waits;
        std::vector<AccessStream> streams {words(memory.region_at(sram), sram, 4),
            words(memory.region_at(sram), sram, 4, Access::Kind::store)};
        memory.run(streams, 10, waits);
        return cycles_of(waits);
    };
    EXPECT_EQ(waits_at(base::Hertz(50'000'000)), 0u);
    EXPECT_EQ(waits_at(base::Hertz(51'000'000)), 20u);
}

TEST(MemorySystem, ASlowBusMultipliesItsWaits)
{
    auto waits_at = [](base::Hertz clock) {
        mcu::ChipModel chip = mcu::load_chip("stm32h743", clock);
        MemorySystem memory(chip);
        std::vector<Wait> waits;
        std::uint32_t bank = chip.find_region("AXI-SRAM")->start;
        std::vector<AccessStream> streams {words(memory.region_at(bank), bank, 32)};
        memory.run(streams, 10, waits);
        return cycles_of(waits);
    };
    EXPECT_EQ(waits_at(base::Hertz(240'000'000)), 40u);
    EXPECT_EQ(waits_at(base::Hertz(480'000'000)), 80u);
}

} // namespace
