// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/chip_model.h"

#include "tests/unit/mcu_models/complaint.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mcu {
namespace {

constexpr base::Hertz mega = base::Hertz(1'000'000);

TEST(ShippedChips, AcceptsEveryChipWeShip)
{
    EXPECT_EQ(chip_names(),
        (std::vector<std::string> {"generic-m0plus", "generic-m3", "generic-m33", "generic-m4",
            "generic-m7", "nrf52840", "rp2040", "stm32f746", "stm32l4r5", "stm32u575"}));
    for (const std::string& name : chip_names())
        EXPECT_EQ(complaint_of([&] { EXPECT_EQ(load_chip(name).name, name); }), "(nothing)");
}

TEST(ShippedChips, HaveASourceForEveryFigure)
{
    for (const std::string& name : chip_names()) {
        ChipModel chip = load_chip(name);
        std::vector<SourceLine> lines = sources(chip);
        // Clock, error and one line a region at the least, then the core's error, classes and
        // rules.
        EXPECT_GE(lines.size(),
            2 + chip.regions.size() + 1 + chip.core.rows.size() + chip.core.rules.size())
            << name;
        for (const SourceLine& line : lines) {
            EXPECT_FALSE(line.source.empty()) << name << ": " << line.figure;
            EXPECT_FALSE(line.value.empty()) << name << ": " << line.figure;
        }
    }
}

TEST(ShippedChips, AgreeWithTheManuals)
{
    ChipModel l4r5 = load_chip("stm32l4r5");
    EXPECT_EQ(l4r5.clock, mega * 120);
    EXPECT_EQ(l4r5.wait_states(), 5u);
    EXPECT_EQ(load_chip("stm32l4r5", mega * 20).wait_states(), 0u);
    EXPECT_EQ(l4r5.find_region("flash")->size, 2u << 20);
    EXPECT_EQ(l4r5.find_region("flash")->instruction_cache.lines, 32u);
    EXPECT_EQ(l4r5.find_region("flash")->data_cache.lines, 8u);
    EXPECT_EQ(l4r5.find_region("flash")->data_cache.fill_bytes, 8u);
    EXPECT_EQ(l4r5.find_region("SRAM1")->load_chain_wait, 0u);
    EXPECT_EQ(l4r5.find_region("SRAM3")->load_chain_wait, 1u);
    EXPECT_EQ(l4r5.range_of("SRAM1+SRAM2+SRAM3"), (AddressRange {0x2000'0000, 640 << 10}));

    ChipModel f746 = load_chip("stm32f746");
    EXPECT_EQ(f746.wait_states(), 7u);
    EXPECT_EQ(load_chip("stm32f746", mega * 210).wait_states(), 6u);
    EXPECT_EQ(f746.range_of("DTCM+SRAM1+SRAM2"), (AddressRange {0x2000'0000, 320 << 10}));
    const Cache& data = f746.find_region("SRAM1")->data_cache;
    EXPECT_EQ(data.lines * data.line_bytes, 4096u);
    EXPECT_EQ(data.ways, 4u);
    EXPECT_EQ(f746.find_region("flash")->data_cache.name, data.name);
    EXPECT_FALSE(f746.find_region("DTCM")->data_cache.present());

    ChipModel u575 = load_chip("stm32u575");
    EXPECT_EQ(u575.wait_states(), 4u);
    EXPECT_EQ(u575.find_region("flash")->instruction_cache.name,
        u575.find_region("flash")->data_cache.name);
    EXPECT_EQ(u575.range_of("SRAM1+SRAM2+SRAM3").size, 768u << 10);

    ChipModel nordic = load_chip("nrf52840");
    EXPECT_EQ(nordic.wait_states(), 2u);
    EXPECT_EQ(nordic.wait_states_grade, Grade::estimate);
    EXPECT_FALSE(nordic.find_region("flash")->data_cache.present());

    ChipModel pico = load_chip("rp2040");
    EXPECT_EQ(pico.clock, mega * 125);
    EXPECT_EQ(pico.maximum_clock, mega * 133);
    const Cache& xip = pico.find_region("flash")->data_cache;
    EXPECT_EQ(xip.lines * xip.line_bytes, 16384u);
}

TEST(ShippedChips, GenericOnesHaveRoomAndNeverWait)
{
    for (std::string name :
        {"generic-m0plus", "generic-m3", "generic-m4", "generic-m7", "generic-m33"}) {
        ChipModel chip = load_chip(name);
        EXPECT_EQ(chip.find_region("flash")->size, 16u << 20) << name;
        EXPECT_EQ(chip.find_region("SRAM")->size, 8u << 20) << name;
        EXPECT_EQ(chip.wait_states(), 0u) << name;
        EXPECT_TRUE(std::ranges::all_of(
            chip.regions, [](const Region& region) { return region.timing_source.empty(); }));
    }
    EXPECT_EQ(load_chip("generic-m33").find_region("flash")->start, 0x1000'0000u);
    EXPECT_EQ(load_chip("generic-m33").find_region("SRAM")->start, 0x3800'0000u);
}

} // namespace
} // namespace mcu
