// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/polled_bits.h"

#include "tests/support/assembler.h"
#include "tests/unit/sim/assembled_code.h"

#include <gtest/gtest.h>

namespace {

using namespace sim;

constexpr std::uint32_t polled = 0x40021000;

/// What a loop that polls the register 0x40021000 looks at; r4 holds the address, r2 holds 0x20, r6
/// 0x1000.
std::optional<PolledLoad> load_in(std::string_view source, std::uint32_t address = polled)
{
    std::vector<std::uint8_t> code = sim_tests::machine_code(source);
    std::array<std::uint32_t, 16> registers {};
    registers[2] = 0x20;
    registers[4] = polled;
    registers[6] = 0x1000;
    return find_polled_load(sim_tests::instructions(source), code, address, registers);
}

std::optional<std::uint32_t> bits_in(std::string_view source, std::uint32_t address = polled)
{
    auto load = load_in(source, address);
    EXPECT_TRUE(load) << source;
    return load ? load->bits : std::nullopt;
}

TEST(PolledBitsTest, AreToldByTheTestBehindTheLoad)
{
    SKIP_WITHOUT_ASSEMBLER();
    EXPECT_EQ(bits_in("1: ldr r3, [r4]\nlsls r3, r3, #14\nbpl 1b"), 1u << 17);
    EXPECT_EQ(bits_in("1: ldr r3, [r4]\nlsls r1, r3, #6\nbmi 1b"), 1u << 25);
    EXPECT_EQ(bits_in("1: ldr r3, [r4]\ntst r3, #0x20000\nbeq 1b"), 0x20000u);
    EXPECT_EQ(bits_in("1: ldr r3, [r4]\nand r3, r3, #12\ncmp r3, #8\nbne 1b"), 12u);
    EXPECT_EQ(bits_in("1: ldr r3, [r4]\nands r3, r3, #0x00ff00ff\nbne 1b"), 0x00ff00ffu);
    EXPECT_EQ(bits_in("1: ldr r3, [r4]\nubfx r3, r3, #2, #2\ncbz r3, 1f\nb 1b\n1:"), 12u);
    EXPECT_EQ(bits_in("1: ldr r3, [r4]\ntst r3, r2\nbeq 1b"), 0x20u);
    EXPECT_EQ(bits_in("1: ldr r3, [r4]\nnop\nands r3, r2\nbeq 1b"), 0x20u);
}

TEST(PolledBitsTest, AreLeftOutWhereNothingTellsThem)
{
    SKIP_WITHOUT_ASSEMBLER();
    EXPECT_EQ(bits_in("1: ldr r3, [r4]\ncmp r3, #0\nbeq 1b"), std::nullopt);
    EXPECT_EQ(bits_in("1: ldr r3, [r4]\nlsls r3, r3, #14\nbeq 1b"), std::nullopt); // the lower bits
    EXPECT_EQ(bits_in("1: ldr r3, [r4]\nmovs r2, #1\ntst r3, r2\nbeq 1b"),
        std::nullopt); // not the value at the load
    EXPECT_EQ(bits_in("1: ldr r3, [r4]\ntst r5, #1\nbeq 1b"), std::nullopt); // another register
}

TEST(PolledBitsTest, BelongToTheWord)
{
    SKIP_WITHOUT_ASSEMBLER();
    EXPECT_EQ(bits_in("1: ldrb r3, [r4, #2]\nlsls r3, r3, #30\nbpl 1b", polled + 2), 1u << 17);
}

TEST(PolledBitsTest, TheLoadIsTheOneOfTheRegister)
{
    SKIP_WITHOUT_ASSEMBLER();
    EXPECT_EQ(load_in("ldr r1, [r4, #4]\nldr r3, [r4, r6]\ntst r3, #1\nbeq 1f\n1:", polled + 0x1000)
                  ->instruction,
        2u);
    EXPECT_EQ(load_in("ldr r1, [r4, #4]\nldr r3, [r4, #8]\nbeq 1f\n1:"), std::nullopt);
}

TEST(PolledBitsTest, HaveNames)
{
    EXPECT_EQ(name_of_bits(1u << 17), "bit 17");
    EXPECT_EQ(name_of_bits(0x80000001), "bits 0 and 31");
    EXPECT_EQ(name_of_bits(0xf0), "bits 0xf0");
}

} // namespace
