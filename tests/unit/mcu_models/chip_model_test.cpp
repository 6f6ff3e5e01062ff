// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/chip_model.h"

#include "tests/unit/mcu_models/complaint.h"
#include "tests/unit/mcu_models/example_chip.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace mcu {
namespace {

constexpr base::Hertz mega = base::Hertz(1'000'000);

ChipModel example(base::Hertz clock = {})
{
    return parse_chip(example_chip, "example.toml", clock);
}

TEST(ChipModel, ReadsEveryField)
{
    ChipModel chip = example();
    EXPECT_EQ(chip.name, "example");
    EXPECT_EQ(chip.title, "Example");
    EXPECT_EQ(chip.core.name, "cortex-m4");
    EXPECT_EQ(chip.accelerator, "ART");
    EXPECT_EQ(chip.clock, mega * 40);
    EXPECT_EQ(chip.default_clock, mega * 40);
    EXPECT_EQ(chip.maximum_clock, mega * 80);
    EXPECT_EQ(chip.flash_wait_states.size(), 3u);
    EXPECT_EQ(chip.placement.code, "flash");
    EXPECT_EQ(chip.placement.weights, "flash");
    EXPECT_EQ(chip.placement.arena, (std::vector<std::string> {"SRAM1", "SRAM1+SRAM2"}));
    EXPECT_EQ(chip.placement.stack, (std::vector<std::string> {"SRAM2"}));
    EXPECT_EQ(chip.error_low, -0.1);
    EXPECT_EQ(chip.error_high, 0.2);
    EXPECT_EQ(chip.error_source, "a comparison");

    const Region* flash = chip.find_region("flash");
    ASSERT_NE(flash, nullptr);
    EXPECT_EQ(flash->kind, RegionKind::flash);
    EXPECT_EQ(flash->start, 0x0800'0000u);
    EXPECT_EQ(flash->size, 1u << 20);
    EXPECT_FALSE(flash->alias);
    EXPECT_TRUE(flash->executable);
    EXPECT_EQ(flash->fetch_line_bytes, 8u);
    EXPECT_EQ(flash->read_wait, 5u);
    EXPECT_EQ(flash->write_wait, 6u);
    EXPECT_TRUE(flash->prefetch);
    EXPECT_EQ(flash->timing_source, "manual 5");
    EXPECT_EQ(flash->data_cache.name, "lines");
    EXPECT_EQ(flash->instruction_cache.line_bytes, 32u);
    EXPECT_EQ(flash->instruction_cache.lines, 64u);
    EXPECT_EQ(flash->instruction_cache.ways, 2u);
    EXPECT_EQ(flash->instruction_cache.fill_bytes, 8u);

    const Region* slow = chip.find_region("SRAM2");
    ASSERT_NE(slow, nullptr);
    EXPECT_EQ(slow->load_chain_wait, 1u);
    EXPECT_EQ(slow->alias, 0x2001'8000u);
    EXPECT_FALSE(slow->data_cache.present());
    EXPECT_FALSE(chip.find_region("SRAM1")->executable);
    EXPECT_EQ(chip.find_region("SRAM9"), nullptr);
}

TEST(ChipModel, FindsTheRegionOfAnAddressAndOfItsAlias)
{
    ChipModel chip = example();
    auto name_at = [&](std::uint32_t address) {
        const Region* region = chip.region_at(address);
        return region ? region->name : "(none)";
    };
    EXPECT_EQ(name_at(0x07ff'ffff), "(none)");
    EXPECT_EQ(name_at(0x0800'0000), "flash");
    EXPECT_EQ(name_at(0x080f'ffff), "flash");
    EXPECT_EQ(name_at(0x0810'0000), "(none)");
    EXPECT_EQ(name_at(0x2001'7fff), "SRAM1");
    EXPECT_EQ(name_at(0x2001'8000), "SRAM2");
    EXPECT_EQ(name_at(0x1000'7fff), "SRAM2");
    EXPECT_EQ(name_at(0xffff'ffff), "(none)");
}

TEST(ChipModel, JoinsNeighboringRegionsAtAStartOrAnAlias)
{
    ChipModel chip = example();
    EXPECT_EQ(chip.range_of("SRAM2"), (AddressRange {0x1000'0000, 32 << 10}));
    EXPECT_EQ(chip.range_of("SRAM1+SRAM2"), (AddressRange {0x2000'0000, 128 << 10}));
}

TEST(ChipModel, TakesWaitStatesOfTheClock)
{
    EXPECT_EQ(example().wait_states(), 1u);
    EXPECT_EQ(example(base::Hertz(1)).wait_states(), 0u);
    EXPECT_EQ(example(mega * 30).wait_states(), 0u);
    EXPECT_EQ(example(mega * 30 + base::Hertz(1)).wait_states(), 1u);
    EXPECT_EQ(example(mega * 80).wait_states(), 2u);
    EXPECT_EQ(load_chip("generic-m4", mega * 1000).wait_states(), 0u);
}

TEST(ChipModel, TakesWaitStatesOfTheSupply)
{
    EXPECT_EQ(load_chip("stm32f446", mega * 120).wait_states(), 3u);
    EXPECT_EQ(load_chip("stm32f446", mega * 120, "2.4 to 2.7 V").wait_states(), 4u);
    EXPECT_EQ(load_chip("stm32f446").supply, "2.7 to 3.6 V");
    // A range that ends early bounds the clock, the default too.
    EXPECT_EQ(load_chip("stm32f446", {}, "1.8 to 2.1 V").clock, mega * 168);
    EXPECT_EQ(complaint_of([] { load_chip("stm32f446", mega * 180, "1.8 to 2.1 V"); }),
        "stm32f446: runs at up to 168 MHz at supply '1.8 to 2.1 V', asked for 180 MHz");
    EXPECT_EQ(load_chip("stm32h743", {}, "VOS1").clock, mega * 400);
    EXPECT_EQ(load_chip("stm32h743", mega * 220).bus_divider(), 1u);
    EXPECT_EQ(load_chip("stm32h743", mega * 220, "VOS1").bus_divider(), 2u); // AXI at most 200 MHz there
    EXPECT_EQ(complaint_of([] { load_chip("stm32u575", {}, "range 7"); }),
        "stm32u575: knows no supply 'range 7'; there are 'range 1', 'range 2', 'range 3', 'range 4'");
    EXPECT_EQ(complaint_of([] { load_chip("rp2040", {}, "low"); }),
        "rp2040: has wait states for one supply range only, asked for 'low'");
    EXPECT_EQ(complaint_of([] { example(mega * 81); }),
        "example: runs at up to 80 MHz, asked for 81 MHz");
}

TEST(ChipModel, WaitsAreCoreCyclesHoweverSlowTheBusIs)
{
    auto h743 = [](base::Hertz clock) {
        ChipModel chip = load_chip("stm32h743", clock);
        return std::pair(chip.bus_divider(), chip.waits_of(*chip.find_region("flash")));
    };
    // At 480 MHz the bus has 240 MHz: 4 wait states and 4 cycles of AXI, each of 2 core cycles.
    EXPECT_EQ(h743(mega * 480), (std::pair(2u, ChipModel::Waits {16, 0, 16})));
    EXPECT_EQ(h743(mega * 300), (std::pair(2u, ChipModel::Waits {(2 + 4) * 2, 0, 12})));
    EXPECT_EQ(h743(mega * 240), (std::pair(1u, ChipModel::Waits {8, 0, 8})));

    ChipModel efr = load_chip("efr32mg24");
    EXPECT_EQ(efr.waits_of(*efr.find_region("RAM")), (ChipModel::Waits {1, 1, 1}));
    efr = load_chip("efr32mg24", mega * 50);
    EXPECT_EQ(efr.waits_of(*efr.find_region("RAM")), ChipModel::Waits {});
    EXPECT_EQ(efr.waits_of(*efr.find_region("flash")).read, 1u);

    ChipModel l4r5 = load_chip("stm32l4r5");
    EXPECT_EQ(l4r5.waits_of(*l4r5.find_region("SRAM1")), (ChipModel::Waits {0, 0, 1}));
}

TEST(ChipModel, RefusesAClockAboveTheMaximumAndNamesIt)
{
    EXPECT_EQ(complaint_of([] { example(mega * 81); }),
        "example: runs at up to 80 MHz, asked for 81 MHz");
    EXPECT_EQ(complaint_of([] { load_chip("stm32l4r5", base::Hertz(120'000'001)); }),
        "stm32l4r5: runs at up to 120 MHz, asked for 120000001 Hz");
}

TEST(ChipModel, SuggestsTheNearestNames)
{
    EXPECT_EQ(complaint_of([] { load_chip("stm32l4r"); }),
        "stm32l4r: no chip of this name; did you mean stm32l4r5?");
    EXPECT_EQ(complaint_of([] { load_chip("esp32"); }), "esp32: no chip of this name");
    EXPECT_EQ(complaint_of([] { load_chip("../stm32l4r5"); }),
        "../stm32l4r5: no chip of this name; did you mean stm32l4r5?");
}

TEST(ChipModel, ReadsAFileOfOnesOwn)
{
    std::filesystem::path path
        = std::filesystem::path(testing::TempDir()) / "mcuprof_own_chip.toml";
    std::ofstream(path) << example_with("title = \"Example\"", "title = \"Mine\"");
    EXPECT_EQ(load_chip(path.string()).title, "Mine");
    std::ofstream(path) << "name = 'x'\nname = 'y'\n";
    std::string complaint = complaint_of([&] { load_chip(path.string()); });
    EXPECT_TRUE(complaint.starts_with(path.string() + ":2: ")) << complaint;
    std::filesystem::remove(path);
    EXPECT_NE(complaint_of([&] { load_chip(path.string()); }), "(nothing)");
}

TEST(ChipModel, ListsTheSourceOfEveryNumber)
{
    std::vector<std::string> lines;
    for (const SourceLine& line : sources(example())) {
        if (line.figure.starts_with("core "))
            break;
        lines.push_back(line.figure + " | " + line.value + " | " + line.source + " | "
            + std::string(name_of(line.grade)));
    }
    EXPECT_EQ(lines,
        (std::vector<std::string> {
            "clock | 40 MHz, at most 80 MHz | manual 1 | datasheet",
            "flash wait states | 0 up to 30 MHz, 1 up to 60 MHz, 2 up to 80 MHz | manual 2 | "
            "secondary",
            "region flash | 1 MiB at 0x08000000 | manual 4 | estimate",
            "timing of region flash | fetch_line_bytes 8, read_wait 5, write_wait 6, prefetch | "
            "manual 5 | datasheet",
            "cache lines | 64 lines of 32 bytes, 2 ways, fills 8 bytes | manual 3 | measured",
            "region SRAM1 | 96 KiB at 0x20000000 | manual 6 | datasheet",
            "region SRAM2 | 32 KiB at 0x10000000 and 0x20018000 | manual 7 | datasheet",
            "timing of region SRAM2 | load_chain_wait 1 | manual 8 | measured",
            "memory error | -10 to +20 % | a comparison | estimate",
        }));
}

} // namespace
} // namespace mcu
