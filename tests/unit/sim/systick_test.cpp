// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/systick.h"

#include <gtest/gtest.h>

namespace {

using sim::SysTick;

constexpr std::uint32_t csr = 0xe000e010, rvr = 0xe000e014, cvr = 0xe000e018, calib = 0xe000e01c;
constexpr std::uint32_t enable = 1, tickint = 2, core_clock = 4, countflag = 1u << 16;

class SysTickTest : public testing::Test {
protected:
    void write(std::uint32_t address, std::uint32_t value, std::uint64_t now)
    {
        timer.advance(now);
        timer.write(address, {.value = value}, now);
    }
    std::uint32_t read(std::uint32_t address, std::uint64_t now)
    {
        timer.advance(now);
        return timer.read(address);
    }
    void start(std::uint32_t reload, std::uint64_t now,
        std::uint32_t control = enable | tickint | core_clock)
    {
        write(rvr, reload, now);
        write(cvr, 0, now);
        write(csr, control, now);
    }
    SysTick timer {8};
};

TEST_F(SysTickTest, StandsStillUntilEnabled)
{
    write(rvr, 99, 0);
    EXPECT_EQ(read(cvr, 1000), 0u);
    EXPECT_EQ(timer.next_event(), std::nullopt);
}

TEST_F(SysTickTest, LoadsAtTheTickAfterZeroAndCountsDown)
{
    start(3, 100);
    std::uint32_t expected[] = {0, 3, 2, 1, 0, 3, 2, 1, 0, 3};
    for (std::uint32_t i = 0; i < std::size(expected); ++i)
        EXPECT_EQ(read(cvr, 100 + i), expected[i]) << i;
}

TEST_F(SysTickTest, PeriodIsReloadPlusOne)
{
    start(999, 50);
    EXPECT_EQ(timer.next_event(), 1050u);
    EXPECT_FALSE(timer.advance(1049));
    EXPECT_TRUE(timer.advance(1050));
    EXPECT_FALSE(timer.advance(1051));
    EXPECT_EQ(timer.next_event(), 2050u);
}

TEST_F(SysTickTest, FromOneZeroToTheNextInOneStep)
{
    start(9, 0);
    EXPECT_TRUE(timer.advance(10));
    EXPECT_TRUE(timer.advance(20));
    EXPECT_EQ(timer.next_event(), 30u);
}

TEST_F(SysTickTest, ABigJumpIsTheSameAsManySteps)
{
    SysTick stepped(8);
    start(6, 0);
    stepped.write(rvr, {.value = 6}, 0);
    stepped.write(csr, {.value = enable | tickint | core_clock}, 0);
    for (std::uint64_t now = 1; now <= 1000; ++now)
        stepped.advance(now);
    EXPECT_EQ(read(cvr, 1000), stepped.read(cvr));
    EXPECT_EQ(timer.next_event(), stepped.next_event());

    std::uint64_t far = 7'000'000'000'000'003u; // 3 ticks after a zero
    EXPECT_TRUE(timer.advance(far));
    EXPECT_EQ(read(cvr, far), 4u);
    EXPECT_EQ(timer.next_event(), far + 4);
}

TEST_F(SysTickTest, CountFlagClearsOnRead)
{
    start(9, 0);
    EXPECT_EQ(read(csr, 9) & countflag, 0u);
    EXPECT_EQ(read(csr, 10) & countflag, countflag);
    EXPECT_EQ(read(csr, 11) & countflag, 0u);
}

TEST_F(SysTickTest, WritingTheValueClearsItAndTheFlag)
{
    start(9, 0);
    write(cvr, 0x123456, 15); // any value clears
    EXPECT_EQ(read(cvr, 15), 0u);
    EXPECT_EQ(read(csr, 15) & countflag, 0u);
    EXPECT_EQ(timer.next_event(), 25u);
}

TEST_F(SysTickTest, ClearingTheValueIsNotReachingZero)
{
    start(9, 0);
    write(cvr, 0, 5);
    EXPECT_FALSE(timer.advance(14));
    EXPECT_EQ(read(csr, 14) & countflag, 0u);
    EXPECT_TRUE(timer.advance(15));
}

TEST_F(SysTickTest, ANewReloadCountsFromTheNextZero)
{
    start(9, 0);
    write(rvr, 99, 4);
    EXPECT_EQ(timer.next_event(), 10u);
    timer.advance(10);
    EXPECT_EQ(timer.next_event(), 110u);
}

TEST_F(SysTickTest, AReloadOfZeroStopsAtTheNextZero)
{
    start(9, 0);
    write(rvr, 0, 4);
    EXPECT_EQ(timer.next_event(), 10u);
    EXPECT_TRUE(timer.advance(10));
    EXPECT_EQ(timer.next_event(), std::nullopt);
    EXPECT_FALSE(timer.advance(1000));
    EXPECT_EQ(read(cvr, 1000), 0u);
}

TEST_F(SysTickTest, WithoutTickintItCountsSilently)
{
    start(9, 0, enable | core_clock);
    EXPECT_EQ(timer.next_event(), std::nullopt);
    EXPECT_FALSE(timer.advance(1000));
    EXPECT_EQ(read(csr, 1000), countflag | enable | core_clock);
}

TEST_F(SysTickTest, DisablingHoldsTheValue)
{
    start(99, 0);
    write(csr, core_clock, 31);
    EXPECT_EQ(read(cvr, 500), 69u);
    write(csr, enable | core_clock, 500); // goes on from there
    EXPECT_EQ(read(cvr, 509), 60u);
}

TEST_F(SysTickTest, TheReferenceClockTicksAtMultiplesOfItsDivider)
{
    start(9, 13, enable | tickint); // edges at 16, 24, ...
    EXPECT_EQ(read(cvr, 15), 0u);
    EXPECT_EQ(read(cvr, 16), 9u);
    EXPECT_EQ(timer.next_event(), 88u); // (13 / 8 + 10) * 8
    EXPECT_FALSE(timer.advance(87));
    EXPECT_TRUE(timer.advance(88));
}

TEST_F(SysTickTest, WithoutReferenceClockTheCoreClockIsForced)
{
    SysTick alone(0);
    alone.write(csr, {.value = enable}, 0);
    EXPECT_EQ(alone.read(csr), enable | core_clock);
    EXPECT_EQ(alone.read(calib), 0xc0000000u);
    EXPECT_EQ(timer.read(calib), 0x40000000u);
}

TEST_F(SysTickTest, RegistersAre24Bits)
{
    write(rvr, 0xffffffff, 0);
    EXPECT_EQ(read(rvr, 0), 0x00ffffffu);
    EXPECT_EQ(read(csr, 0), 0u);
    write(csr, 0xffffffff, 0);
    EXPECT_EQ(read(csr, 0), 7u);
}

TEST_F(SysTickTest, TimeThatGoesBackChangesNothing)
{
    start(9, 100);
    timer.advance(105);
    EXPECT_FALSE(timer.advance(90));
    EXPECT_EQ(timer.read(cvr), 5u);
    EXPECT_EQ(timer.next_event(), 110u);
}

} // namespace
