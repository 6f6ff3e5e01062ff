// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/poll_watch.h"

#include <gtest/gtest.h>

namespace {

using sim::PollWatch;

TEST(PollWatchTest, AnUnchangedRegisterIsWaitedOn)
{
    PollWatch watch(3);
    watch.read(0x40, 7);
    watch.read(0x40, 7);
    EXPECT_FALSE(watch.waits());
    watch.read(0x40, 7);
    EXPECT_TRUE(watch.waits());
    EXPECT_EQ(watch.address(), 0x40u);
    EXPECT_EQ(watch.value(), 7u);
    EXPECT_EQ(watch.reads(), 3u);
}

TEST(PollWatchTest, AChangeStartsAnew)
{
    PollWatch watch(3);
    for (std::uint32_t value = 0; value < 100; ++value)
        watch.read(0x40, value / 2);
    EXPECT_FALSE(watch.waits());
}

TEST(PollWatchTest, AWriteStartsAnew)
{
    PollWatch watch(3);
    for (int i = 0; i < 100; ++i) {
        watch.read(0x40, 7);
        watch.read(0x40, 7);
        watch.wrote();
    }
    EXPECT_FALSE(watch.waits());
}

TEST(PollWatchTest, ATimerInTheLoopIsATimeOut)
{
    PollWatch watch(3);
    for (std::uint32_t i = 0; i < 100; ++i) {
        watch.read(0x40, 7);
        watch.read(0x50, i);
    }
    EXPECT_FALSE(watch.waits());
}

TEST(PollWatchTest, ALoopMayPollAFewRegisters)
{
    PollWatch watch(100);
    for (std::uint32_t i = 0; i < 100; ++i)
        watch.read(0x40 + i % 4 * 4, 1);
    EXPECT_TRUE(watch.waits());
    EXPECT_EQ(watch.address(), 0x40u);
    PollWatch scan(100); // but reading many is no waiting
    for (std::uint32_t i = 0; i < 1000; ++i)
        scan.read(0x40 + i % 5 * 4, 1);
    EXPECT_FALSE(scan.waits());
}

TEST(PollWatchTest, AnExceptionBuysTime)
{
    PollWatch watch(3);
    for (std::uint64_t i = 0; i < 3 * PollWatch::patience - 1; ++i) {
        watch.read(0x40, 7);
        watch.exception_came();
    }
    EXPECT_FALSE(watch.waits());
    watch.read(0x40, 7);
    EXPECT_TRUE(watch.waits());
}

} // namespace
