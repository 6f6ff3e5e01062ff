// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/mapped_region.h"

#include "tests/unit/mcu_models/complaint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace mcu;
using testing::HasSubstr;

std::string complaint(std::string_view text, const std::string& chip = "stm32l4r5")
{
    return complaint_of([&] { with_region(load_chip(chip), parse_mapped_region(text)); });
}

TEST(MappedRegion, ReadsNumbersWithUnits)
{
    MappedRegion mapped = parse_mapped_region("ram=0x60000000:64K");
    EXPECT_EQ(mapped.name, "ram");
    EXPECT_EQ(mapped.start, 0x60000000u);
    EXPECT_EQ(mapped.size, 0x10000u);
    EXPECT_EQ(parse_mapped_region("ram=0:1M").size, 0x100000u);
    EXPECT_EQ(parse_mapped_region("ram=4096:0x2000").start, 4096u);
    EXPECT_EQ(parse_mapped_region("ram=0xfffff000:4KiB").size, 4096u);
}

TEST(MappedRegion, RefusesEverythingElse)
{
    for (const char* text : {"", "ram", "ram=", "ram=0:", "=0:4K", "ram=0x:4K", "ram=0:4X",
             "ram=0K:4K", "ram=-1:4K", "ram=0:-4K", "ram=0:0", "ram=0x100000000:4K", "r\nm=0:4K"})
        EXPECT_THAT(complaint(text), HasSubstr("--map: expected NAME=BASE:SIZE")) << text;
    EXPECT_THAT(complaint("ram=0x100:4K"), HasSubstr("multiples of 4K"));
    EXPECT_THAT(complaint("ram=0xfffff000:8K"), HasSubstr("32-bit address space"));
    EXPECT_THAT(complaint("ram=0:99999999999999999999"), HasSubstr("no size"));
    EXPECT_THAT(complaint("ram=0:4096M"), HasSubstr("2048M"));
}

TEST(MappedRegion, MovesAndResizesABankOfTheChip)
{
    ChipModel before = load_chip("stm32l4r5");
    ChipModel after = with_region(before, parse_mapped_region("SRAM3=0x20040000:1M"));
    EXPECT_EQ(after.regions.size(), before.regions.size());
    EXPECT_EQ(after.find_region("SRAM3")->size, 0x100000u);
    EXPECT_EQ(
        after.find_region("SRAM3")->load_chain_wait, before.find_region("SRAM3")->load_chain_wait);
    EXPECT_EQ(after.find_region("SRAM3")->source, command_line_source);

    after = with_region(before, parse_mapped_region("SRAM2=0x60000000:64K"));
    EXPECT_EQ(after.find_region("SRAM2")->start, 0x60000000u);
    EXPECT_FALSE(after.region_at(0x20030000)); // where it had its alias
    EXPECT_THAT(before.placement.arena, testing::Contains("SRAM1+SRAM2+SRAM3"));
    EXPECT_THAT(after.placement.arena, testing::ElementsAre("SRAM1", "SRAM3"));
}

TEST(MappedRegion, ANewNameIsANewMemoryWithIdealTiming)
{
    ChipModel after
        = with_region(load_chip("stm32l4r5"), parse_mapped_region("sdram=0xc0000000:8M"));
    const Region* region = after.region_at(0xc07fffff);
    ASSERT_TRUE(region);
    EXPECT_EQ(region->name, "sdram");
    EXPECT_EQ(region->kind, RegionKind::sram);
    EXPECT_TRUE(region->executable);
    EXPECT_EQ(
        region->read_wait + region->write_wait + region->load_chain_wait + region->fetch_line_bytes,
        0u);
    bool told = false;
    for (const SourceLine& line : sources(after))
        told |= line.figure == "region sdram" && line.source == command_line_source;
    EXPECT_TRUE(told);
}

TEST(MappedRegion, OverlapsAreRefused)
{
    EXPECT_EQ(complaint("ram=0x20001000:4K"),
        "--map ram: expected a place that is free on STM32L4R5ZI, found 0x20001000 to 0x20001fff, "
        "which overlaps SRAM1 at 0x20000000 to 0x2002ffff");
    EXPECT_THAT(complaint("SRAM1=0x20000000:256K"), HasSubstr("overlaps SRAM2 at 0x20030000"));
    EXPECT_THAT(complaint("SRAM2=0x10000000:128K"), HasSubstr("overlaps SRAM3"));
    EXPECT_THAT(complaint("ram=0x40021000:4K"), HasSubstr("overlaps peripherals"));
    EXPECT_THAT(complaint("ram=0xe0000000:4K"), HasSubstr("overlaps peripherals"));
    EXPECT_EQ(complaint("flash=0:2M"), "(nothing)");
}

} // namespace
