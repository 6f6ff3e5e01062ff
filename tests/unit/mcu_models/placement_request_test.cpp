// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/placement_request.h"

#include "tests/unit/mcu_models/complaint.h"

#include <gtest/gtest.h>

namespace mcu {
namespace {

Placement placed(const std::string& chip_name, const std::string& request)
{
    ChipModel chip = load_chip(chip_name);
    apply_placement(chip, request);
    return chip.placement;
}

std::string complaint_about(const std::string& chip_name, const std::string& request)
{
    return complaint_of([&] { placed(chip_name, request); });
}

TEST(PlacementRequest, MovesWhatItNamesAndNothingElse)
{
    Placement placement = placed("stm32f746", "weights=DTCM,arena=SRAM1");
    EXPECT_EQ(placement.weights, "DTCM");
    EXPECT_EQ(placement.arena, std::vector<std::string> {"SRAM1"});
    EXPECT_EQ(placement.code, "flash");
    EXPECT_EQ(placement.boot, "flash");
    EXPECT_EQ(placement.stack, load_chip("stm32f746").placement.stack);
    EXPECT_TRUE(placement.data.empty());
    EXPECT_EQ(placement.request, "weights=DTCM,arena=SRAM1");
}

TEST(PlacementRequest, KnowsRegionsInAnyCaseAndRoles)
{
    Placement placement = placed(
        "stm32f746", "code=itcm,weights=FLASH,arena=dtcm+sram1+Sram2,stack=sram,data=dtcm");
    EXPECT_EQ(
        placement.request, "code=ITCM,weights=flash,arena=DTCM+SRAM1+SRAM2,stack=SRAM1,data=DTCM");
    EXPECT_EQ(placement.boot, "flash");
    EXPECT_EQ(placed("rp2040", "code=sram,weights=flash").request, "code=SRAM,weights=flash");
    EXPECT_EQ(placed("stm32u575", "weights=external").weights, "PSRAM");
    EXPECT_EQ(placed("nrf52840", "arena=sram").arena.front(), "RAM");
}

TEST(PlacementRequest, StartUpFollowsCodeToAnotherPortOfItsMemory)
{
    Placement placement = placed("stm32f746", "code=flash-itcm,weights=flash-itcm");
    EXPECT_EQ(placement.boot, "flash-ITCM");
    EXPECT_EQ(complaint_about("stm32f746", "code=flash-itcm"),
        "--place: flash-ITCM and flash are the same memory: place code and weights in the same of "
        "them");
    EXPECT_EQ(complaint_about("stm32f746", "weights=flash-itcm"),
        "--place: flash and flash-ITCM are the same memory: place code and weights in the same of "
        "them");
}

TEST(PlacementRequest, RefusesWhatIsNoPlacement)
{
    const std::string form
        = "--place: expected PART=PLACE, such as weights=flash,arena=dtcm, found '";
    const std::string parts = "'; parts are code, weights, arena, stack, data";
    for (std::string wrong :
        {"", "weights", "=flash", "weights=", "weights=flash,", ",weights=flash"}) {
        std::string complaint = complaint_about("stm32l4r5", wrong);
        EXPECT_TRUE(complaint.starts_with(form) && complaint.ends_with(parts)) << complaint;
    }
    EXPECT_EQ(complaint_about("stm32l4r5", "wieghts=flash"),
        "--place: knows no part 'wieghts'; did you mean weights?; parts are code, weights, arena, "
        "stack, data");
    EXPECT_EQ(complaint_about("stm32l4r5", "arena=SRAM1,arena=SRAM3"),
        "--place: 'arena' is placed twice");
    EXPECT_EQ(complaint_about("stm32l4r5", "arena=dtcm"),
        "--place: stm32l4r5 has no memory 'dtcm'; it has flash, SRAM1, SRAM2, SRAM3, and the roles "
        "flash, sram, external");
    EXPECT_EQ(complaint_about("stm32l4r5", "arena=external").substr(0, 46),
        "--place: stm32l4r5 has no memory 'external'; i");
    EXPECT_EQ(complaint_about("stm32l4r5", "arena=SRAM1+SRAM3"),
        "--place: 'SRAM1+SRAM3' joins regions of stm32l4r5 that do not follow each other");
}

TEST(PlacementRequest, RefusesPlacesThatCannotServe)
{
    EXPECT_EQ(complaint_about("stm32f746", "arena=flash"),
        "--place: arena must be in memory that can be written; flash cannot");
    EXPECT_EQ(complaint_about("rp2350", "stack=flash"),
        "--place: stack must be in memory that can be written; flash cannot");
    EXPECT_EQ(complaint_about("stm32f746", "weights=DTCM+SRAM1"),
        "--place: weights must be in one region, found 'DTCM+SRAM1'");
    ChipModel chip = load_chip("stm32f746");
    for (Region& region : chip.regions)
        region.executable = region.name != "DTCM";
    EXPECT_EQ(complaint_of([&] { apply_placement(chip, "code=dtcm"); }),
        "--place: code cannot run in DTCM");
    EXPECT_EQ(chip.placement.request, "");
}

} // namespace
} // namespace mcu
