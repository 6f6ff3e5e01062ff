// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/cycle_counter.h"

#include <gtest/gtest.h>

namespace {

using sim::Architecture;
using sim::Cause;
using sim::CycleCounter;

constexpr std::uint32_t ctrl = 0xe0001000, cyccnt = 0xe0001004, cpicnt = 0xe0001008,
                        exccnt = 0xe000100c, sleepcnt = 0xe0001010, lsucnt = 0xe0001014,
                        foldcnt = 0xe0001018, pcsr = 0xe000101c, comp0 = 0xe0001020,
                        lar = 0xe0001fb0, lsr = 0xe0001fb4;

class CycleCounterTest : public testing::Test {
protected:
    CycleCounter counter_of(
        Architecture architecture, CycleCounter::Lock lock = CycleCounter::Lock::none)
    {
        return CycleCounter(architecture,
            {.now = [this] { return now; },
                .account = [this] { return account; },
                .instructions = [this] { return instructions; },
                .program_counter = [] { return 0x08000124u; }},
            lock);
    }
    void spend(Cause cause, std::uint64_t cycles)
    {
        account.charge(cause, base::Cycles(cycles));
        now += cycles;
    }
    void write(std::uint32_t address, std::uint32_t value)
    {
        counter.write(address, {.value = value});
    }

    std::uint64_t now = 0, instructions = 0;
    sim::CycleAccount account;
    CycleCounter counter = counter_of(Architecture::v7m);
};

TEST_F(CycleCounterTest, CountsOnlyWhileTraceAndCounterAreEnabled)
{
    now = 100;
    write(ctrl, 1);
    now = 200;
    EXPECT_EQ(counter.read(cyccnt), 0u); // no TRCENA
    counter.set_trace_enabled(true);
    now = 250;
    EXPECT_EQ(counter.read(cyccnt), 50u);
    write(ctrl, 0);
    now = 300;
    EXPECT_EQ(counter.read(cyccnt), 50u);
    write(ctrl, 1);
    now = 301;
    EXPECT_EQ(counter.read(cyccnt), 51u);
    counter.set_trace_enabled(false);
    now = 400;
    EXPECT_EQ(counter.read(cyccnt), 51u);
}

TEST_F(CycleCounterTest, MayBeWrittenRunningOrNot)
{
    write(cyccnt, 1000);
    EXPECT_EQ(counter.read(cyccnt), 1000u);
    counter.set_trace_enabled(true);
    write(ctrl, 1);
    now = 7;
    EXPECT_EQ(counter.read(cyccnt), 1007u);
    write(cyccnt, 0);
    now = 12;
    EXPECT_EQ(counter.read(cyccnt), 5u);
}

TEST_F(CycleCounterTest, WrapsAt32Bits)
{
    counter.set_trace_enabled(true);
    write(ctrl, 1);
    write(cyccnt, 0xffffffff);
    now = 1;
    EXPECT_EQ(counter.read(cyccnt), 0u);
    now = (std::uint64_t {5} << 32) + 3;
    EXPECT_EQ(counter.read(cyccnt), 2u);
}

TEST_F(CycleCounterTest, EventCountersFollowTheCausesAndTheManualsIdentity)
{
    spend(Cause::load_wait, 77); // before they run: not counted
    counter.set_trace_enabled(true);
    write(ctrl, 1 | 0x1fu << 17);
    spend(Cause::issue, 100);
    instructions = 110; // ten issued in pairs
    spend(Cause::data_hazard, 1);
    spend(Cause::fetch_wait, 2);
    spend(Cause::branch_refill, 3);
    spend(Cause::multi_cycle, 4);
    spend(Cause::load_wait, 5);
    spend(Cause::store_wait, 6);
    spend(Cause::exception, 12);
    spend(Cause::sleep, 40);
    EXPECT_EQ(counter.read(cpicnt), 10u);
    EXPECT_EQ(counter.read(exccnt), 12u);
    EXPECT_EQ(counter.read(sleepcnt), 40u);
    EXPECT_EQ(counter.read(lsucnt), 11u);
    EXPECT_EQ(counter.read(foldcnt), 10u);
    EXPECT_EQ(counter.read(cyccnt) - counter.read(cpicnt) - counter.read(exccnt)
            - counter.read(sleepcnt) - counter.read(lsucnt) + counter.read(foldcnt),
        instructions);
}

TEST_F(CycleCounterTest, EventCountersAreEightBitsWideAndStartAtZero)
{
    counter.set_trace_enabled(true);
    write(ctrl, 1u << 19);
    spend(Cause::sleep, 300);
    EXPECT_EQ(counter.read(sleepcnt), 44u);
    write(sleepcnt, 250);
    spend(Cause::sleep, 10);
    EXPECT_EQ(counter.read(sleepcnt), 4u);
    write(ctrl, 0);
    spend(Cause::sleep, 10);
    EXPECT_EQ(counter.read(sleepcnt), 4u);
    write(ctrl, 1u << 19);
    EXPECT_EQ(counter.read(sleepcnt), 0u);
}

TEST_F(CycleCounterTest, ShowsComparatorsAndSamples)
{
    EXPECT_EQ(counter.read(ctrl), 0x40000000u);
    EXPECT_EQ(counter.read(pcsr), 0x08000124u);
    write(comp0, 0x1234);
    EXPECT_EQ(counter.read(comp0), 0x1234u);
}

TEST_F(CycleCounterTest, Armv6HasNoCounters)
{
    CycleCounter armv6 = counter_of(Architecture::v6m);
    armv6.set_trace_enabled(true);
    armv6.write(ctrl, {.value = 1});
    now = 100;
    EXPECT_EQ(armv6.read(cyccnt), 0u);
    EXPECT_EQ(armv6.read(pcsr), 0x08000124u);
}

TEST_F(CycleCounterTest, ALockedUnitIgnoresWrites)
{
    CycleCounter m7 = counter_of(Architecture::v7m, CycleCounter::Lock::present);
    m7.set_trace_enabled(true);
    EXPECT_EQ(m7.read(lsr), 3u);
    m7.write(ctrl, {.value = 1});
    now = 10;
    EXPECT_EQ(m7.read(cyccnt), 0u);
    m7.write(lar, {.value = 0x12345678});
    EXPECT_EQ(m7.read(lsr), 3u);
    m7.write(lar, {.value = 0xc5acce55});
    EXPECT_EQ(m7.read(lsr), 1u);
    m7.write(ctrl, {.value = 1});
    now = 20;
    EXPECT_EQ(m7.read(cyccnt), 10u);
    m7.write(lar, {.value = 0});
    m7.write(cyccnt, {.value = 0});
    EXPECT_EQ(m7.read(cyccnt), 10u);
    EXPECT_EQ(counter.read(lsr), 0u); // other cores have no lock
}

} // namespace
