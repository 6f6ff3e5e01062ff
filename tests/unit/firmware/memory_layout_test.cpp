// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/memory_layout.h"

#include "base/input_error.h"
#include "mcu_models/placement_request.h"

#include <gtest/gtest.h>

namespace firmware {
namespace {

constexpr std::uint64_t kib = 1024;

std::string message_of(const mcu::ChipModel& chip, const MemoryNeeds& needs)
{
    try {
        layout_for(chip, needs, "net");
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "no error";
}

class MemoryLayoutTest : public testing::Test {
protected:
    mcu::ChipModel chip
        = mcu::load_chip("stm32f746"); // DTCM 64 K, SRAM1 240 K, SRAM2 16 K, in a row
};

TEST_F(MemoryLayoutTest, ASmallArenaSharesTheFirstBankWithTheStack)
{
    auto layout = find_layout(chip, {.arena = 40 * kib, .stack = 4 * kib});
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->arena.name, "DTCM");
    EXPECT_EQ(layout->data.name, "DTCM");
}

TEST_F(MemoryLayoutTest, TheStackMovesWhenTheArenaNeedsItsBank)
{
    auto layout = find_layout(chip, {.arena = 63 * kib, .stack = 4 * kib});
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->arena.name, "DTCM");
    EXPECT_EQ(layout->data.name, "SRAM2");
}

TEST_F(MemoryLayoutTest, ALargerArenaGoesToTheNextBank)
{
    auto layout = find_layout(chip, {.arena = 200 * kib, .stack = 4 * kib});
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->arena.name, "SRAM1");
    EXPECT_EQ(layout->data.name, "DTCM");
}

TEST_F(MemoryLayoutTest, JoinedBanksHoldArenaAndStackTogether)
{
    auto layout = find_layout(chip, {.arena = 300 * kib, .stack = 4 * kib});
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->arena.name, "DTCM+SRAM1+SRAM2");
    EXPECT_EQ(layout->data, layout->arena);
}

TEST_F(MemoryLayoutTest, TheLastByteCounts)
{
    EXPECT_TRUE(find_layout(chip, {.arena = 316 * kib, .stack = 4 * kib}));
    EXPECT_FALSE(find_layout(chip, {.arena = 316 * kib + 1, .stack = 4 * kib}));
    EXPECT_TRUE(find_layout(chip, {.weights = 1000 * kib, .constants = 24 * kib}));
    EXPECT_FALSE(find_layout(chip, {.weights = 1000 * kib, .constants = 24 * kib + 1}));
}

TEST_F(MemoryLayoutTest, SaysWhichBankIsShortOfWhat)
{
    EXPECT_EQ(message_of(chip, {.arena = 400 * kib, .stack = 4 * kib}),
        "net on stm32f746: does not fit: activations and scratch take 409600 bytes and the stack "
        "4096, bank "
        "DTCM+SRAM1+SRAM2 has 327680, 86016 too few (banks for the arena: DTCM 65536, SRAM1 "
        "245760, "
        "DTCM+SRAM1+SRAM2 327680); it would fit nrf5340");
    EXPECT_EQ(message_of(chip, {.weights = 1025 * kib}),
        "net on stm32f746: does not fit: weights and constants take 1049600 bytes, bank flash has "
        "1048576, 1024 too "
        "few, before any code; QSPI, outside the chip, has the room: --place weights=QSPI; it "
        "would fit efr32mg24");
    EXPECT_TRUE(message_of(chip, {.arena = 9000 * kib})
                    .ends_with("no chip that comes with mcuprof has the room"));
}

TEST_F(MemoryLayoutTest, WeightsInRamAreCopiedThereAndCountTwice)
{
    mcu::apply_placement(chip, "weights=dtcm,arena=sram1,stack=sram1");
    auto layout = find_layout(chip, {.arena = 200 * kib, .stack = 4 * kib, .weights = 60 * kib, .constants = kib});
    ASSERT_TRUE(layout);
    EXPECT_TRUE(layout->weights_are_copied);
    EXPECT_FALSE(layout->code_is_copied);
    EXPECT_EQ(text_of(*layout), "code flash, weights DTCM, arena SRAM1, stack SRAM1, data SRAM1");
    EXPECT_EQ(layout->boot.name, "flash");
    EXPECT_EQ(message_of(chip, {.arena = 200 * kib, .stack = 4 * kib, .weights = 70 * kib}),
        "net on stm32f746: does not fit with --place weights=DTCM,arena=SRAM1,stack=SRAM1: bank DTCM has 65536 bytes, 6144 too few for "
        "weights 71680");
}

TEST_F(MemoryLayoutTest, APlacementThatIsShortSaysWhoSharesTheBank)
{
    mcu::apply_placement(chip, "weights=dtcm,arena=dtcm,stack=dtcm");
    EXPECT_EQ(message_of(chip, {.arena = 30 * kib, .stack = 4 * kib, .weights = 31 * kib}),
        "net on stm32f746: does not fit with --place weights=DTCM,arena=DTCM,stack=DTCM: bank DTCM has 65536 bytes, 1024 too few for "
        "weights 31744, activations and scratch 30720, stack 4096");
    // The copy in flash has to fit too.
    mcu::apply_placement(chip, "weights=sdram");
    EXPECT_EQ(message_of(chip, {.arena = kib, .stack = kib, .weights = 1200 * kib, .constants = kib}),
        "net on stm32f746: does not fit with --place weights=SDRAM: bank flash has 1048576 bytes, 181248 too few for constants 1024, "
        "copies of weights 1228800");
}

TEST_F(MemoryLayoutTest, BanksThatOverlapAreGivenOutOnce)
{
    mcu::apply_placement(chip, "weights=dtcm,arena=dtcm+sram1+sram2,stack=sram2");
    auto layout = find_layout(chip, {.arena = 250 * kib, .stack = 4 * kib, .weights = 60 * kib});
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->weights.name, "DTCM+SRAM1+SRAM2");
    EXPECT_EQ(layout->stack, layout->arena);
    EXPECT_FALSE(find_layout(chip, {.arena = 250 * kib, .stack = 4 * kib, .weights = 70 * kib}));
}

TEST_F(MemoryLayoutTest, ExternalFlashIsReadWhereItIs)
{
    mcu::apply_placement(chip, "weights=qspi");
    auto layout = find_layout(chip, {.arena = kib, .stack = kib, .weights = 8000 * kib});
    ASSERT_TRUE(layout);
    EXPECT_FALSE(layout->weights_are_copied);
    EXPECT_EQ(layout->weights.name, "QSPI");
}

TEST_F(MemoryLayoutTest, SuggestsTheSmallestChipFirst)
{
    EXPECT_TRUE(chips_with_room({.arena = 9000 * kib}).empty());
    std::vector<std::string> chips = chips_with_room({.arena = 500 * kib});
    ASSERT_FALSE(chips.empty());
    EXPECT_EQ(chips.front(), "nrf5340"); // 1 MiB and 512 KiB
    EXPECT_EQ(chips_with_room({.arena = 600 * kib}).front(), "stm32l4r5");
}

} // namespace
} // namespace firmware
