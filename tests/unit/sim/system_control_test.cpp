// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/system_control.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace {

using sim::Masks;
using sim::SystemControl;
namespace exception = sim::exception;

constexpr std::uint32_t demcr = 0xe000edfc, icsr = 0xe000ed04;

class SystemControlTest : public testing::Test {
protected:
    SystemControl::Processor processor()
    {
        return {.now = [this] { return now; },
            .console = [this](unsigned, char byte) { console += byte; }};
    }
    std::uint32_t read(std::uint32_t address) { return m4.read(address, 4); }
    void write(std::uint32_t address, std::uint32_t value) { m4.write(address, value, 4); }

    std::uint64_t now = 0;
    std::string console;
    SystemControl m4 {mcu::load_core("cortex-m4"), processor()};
    SystemControl m0plus {mcu::load_core("cortex-m0plus"), processor()};
};

TEST_F(SystemControlTest, EveryCoreSaysWhatItIs)
{
    struct Case {
        const char* core;
        std::uint32_t part, mvfr0;
    };
    for (const Case& row : {Case {"cortex-m0plus", 0xc60, 0}, {"cortex-m3", 0xc23, 0},
             {"cortex-m4", 0xc24, 0x10110021}, {"cortex-m7", 0xc27, 0x10110021},
             {"cortex-m33", 0xd21, 0x10110021}}) {
        SystemControl control(mcu::load_core(row.core), processor());
        std::uint32_t cpuid = control.read(0xe000ed00, 4);
        EXPECT_EQ(cpuid >> 24, 0x41u) << row.core; // Arm
        EXPECT_EQ(cpuid >> 4 & 0xfff, row.part) << row.core;
        EXPECT_EQ(control.read(0xe000ef40, 4), row.mvfr0) << row.core;
        control.write(0xe000ed00, 0, 4);
        EXPECT_EQ(control.read(0xe000ed00, 4), cpuid) << row.core;
    }
}

TEST_F(SystemControlTest, CoresWeKnowAreAllIdentified)
{
    for (const std::string& name : mcu::core_names())
        EXPECT_NE(SystemControl(mcu::load_core(name), processor()).read(0xe000ed00, 4), 0u) << name;
}

TEST_F(SystemControlTest, SysTickBecomesPendingOnTheModelsTime)
{
    write(0xe000e014, 99);
    write(0xe000e018, 0);
    write(0xe000e010, 7);
    EXPECT_EQ(m4.next_event(), 100u);
    m4.take_attention();
    m4.advance(99);
    EXPECT_FALSE(m4.take_attention());
    m4.advance(100);
    EXPECT_TRUE(m4.take_attention());
    EXPECT_EQ(m4.deliverable({}), exception::systick);
    m4.activate(exception::systick);
    EXPECT_EQ(m4.next_event(), 200u);
}

TEST_F(SystemControlTest, AnAccessSeesWhatBecameDueBeforeIt)
{
    write(0xe000e014, 99);
    write(0xe000e010, 7);
    now = 150;
    EXPECT_TRUE(read(icsr) & 1u << 26);
    EXPECT_EQ(read(0xe000e018), 50u);
}

TEST_F(SystemControlTest, BytesAndHalfwordsReachTheirPart)
{
    write(0xe000e400, 0x40302010);
    EXPECT_EQ(m4.read(0xe000e402, 1), 0x30u);
    EXPECT_EQ(m4.read(0xe000e402, 2), 0x4030u);
    m4.write(0xe000e401, 0x90, 1);
    EXPECT_EQ(read(0xe000e400), 0x40309010u);
    m4.write(0xe000ed22, 0xe0d0, 2); // SHPR3: PendSV, SysTick
    EXPECT_EQ(m4.nvic().priority(exception::pendsv), 0xd0);
    EXPECT_EQ(m4.nvic().priority(exception::systick), 0xe0);
    EXPECT_EQ(m4.unpredictable_accesses(), 0u);
}

TEST_F(SystemControlTest, Armv6CountsNarrowAccesses)
{
    m0plus.write(0xe000e400, 0xc0, 1);
    EXPECT_EQ(m0plus.unpredictable_accesses(), 1u);
    m0plus.write(0xe000e400, 0xc0, 4);
    EXPECT_EQ(m0plus.unpredictable_accesses(), 1u);
}

TEST_F(SystemControlTest, DebugControlSwitchesTheCycleCounter)
{
    write(0xe0001000, 1);
    now = 10;
    EXPECT_EQ(read(0xe0001004), 0u);
    write(demcr, 1u << 24);
    now = 30;
    EXPECT_EQ(read(0xe0001004), 20u);
    EXPECT_EQ(read(demcr), 1u << 24);
}

TEST_F(SystemControlTest, DebugControlRunsTheMonitor)
{
    write(demcr, 1u << 16 | 1u << 17);
    EXPECT_EQ(m4.deliverable({}), exception::debug_monitor);
    EXPECT_EQ(read(demcr), 1u << 16 | 1u << 17);
    m4.write(demcr + 3, 1, 1); // TRCENA alone: the monitor stays
    EXPECT_TRUE(m4.is_pending(exception::debug_monitor));
    write(demcr, 0);
    EXPECT_FALSE(m4.is_pending(exception::debug_monitor));
}

TEST_F(SystemControlTest, StimulusPortsAreAConsole)
{
    for (char c : std::string("ok\n"))
        m4.write(0xe0000000, static_cast<unsigned char>(c), 1);
    EXPECT_EQ(console, "ok\n");
}

TEST_F(SystemControlTest, PriorityBitsAreTheArchitecturesOrTheChips)
{
    write(0xe000e400, 0xff);
    EXPECT_EQ(read(0xe000e400), 0xf0u);
    m0plus.write(0xe000e400, 0xff, 4);
    EXPECT_EQ(m0plus.read(0xe000e400, 4), 0xc0u);
    SystemControl eight(mcu::load_core("cortex-m3"), processor(), {.priority_bits = 8});
    eight.write(0xe000e400, 0xff, 4);
    EXPECT_EQ(eight.read(0xe000e400, 4), 0xffu);
}

TEST_F(SystemControlTest, FloatingPointIsSoftwaresToAllow)
{
    EXPECT_FALSE(m4.floating_point_allowed(SystemControl::Level::privileged));
    write(0xe000ed88, 5u << 20);
    EXPECT_TRUE(m4.floating_point_allowed(SystemControl::Level::privileged));
    EXPECT_FALSE(m4.floating_point_allowed(SystemControl::Level::unprivileged));
    write(0xe000ed88, 0xfu << 20);
    EXPECT_TRUE(m4.floating_point_allowed(SystemControl::Level::unprivileged));
    SystemControl m3(mcu::load_core("cortex-m3"), processor());
    m3.write(0xe000ed88, 0xfu << 20, 4);
    EXPECT_EQ(m3.read(0xe000ed88, 4), 0u);
    EXPECT_EQ(m3.read(0xe000ef34, 4), 0u);
}

TEST_F(SystemControlTest, LazyFramesAreReservedAndReleased)
{
    EXPECT_TRUE(m4.floating_point_frames() && m4.lazy_floating_point_frames());
    EXPECT_EQ(read(0xe000ef34), 0xc0000000u);
    write(0xe000ed24, 1u << 17); // BusFault enabled, at priority 0
    m4.reserve_floating_point_frame(
        0x20001004, SystemControl::Mode::thread, SystemControl::Level::unprivileged, {});
    EXPECT_TRUE(m4.floating_point_frame_reserved());
    EXPECT_EQ(m4.floating_point_frame(), 0x20001000u);
    EXPECT_EQ(read(0xe000ef34), 0xc0000000u | 1u << 6 | 1u << 4 | 1u << 3 | 1u << 1 | 1u << 0);
    m4.release_floating_point_frame();
    EXPECT_FALSE(m4.floating_point_frame_reserved());

    m4.reserve_floating_point_frame(0x20001000, SystemControl::Mode::handler,
        SystemControl::Level::privileged, {.primask = true});
    EXPECT_EQ(read(0xe000ef34), 0xc0000000u | 1u << 4 | 1u << 0); // only HardFault could be taken
    m4.release_floating_point_frame();
    write(0xe000ef34, 0);
    EXPECT_FALSE(m4.floating_point_frames() || m4.lazy_floating_point_frames());
    EXPECT_FALSE(m0plus.floating_point_frames());
}

TEST_F(SystemControlTest, CachesAreDescribedAsTheM7Does)
{
    SystemControl m7(mcu::load_core("cortex-m7"), processor(),
        {.priority_bits = {},
            .interrupts = {},
            .caches = {.instruction_bytes = 16 << 10, .data_bytes = 16 << 10}});
    EXPECT_EQ(m7.read(0xe000ed78, 4), 0x09000003u);
    EXPECT_EQ(m7.read(0xe000ed80, 4), 0xf00fe019u); // 128 sets, 4 ways
    m7.write(0xe000ed84, 1, 4);
    EXPECT_EQ(m7.read(0xe000ed80, 4), 0xf01fe009u); // 256 sets, 2 ways
    m7.write(0xe000ef50, ~0u, 4);                   // ICIALLU
    EXPECT_EQ(m7.read(0xe000ef50, 4), 0u);
    m7.write(0xe000ed14, 0x00030200, 4);
    EXPECT_TRUE(m7.block().instruction_cache_enabled() && m7.block().data_cache_enabled());
    EXPECT_EQ(read(0xe000ed78), 0u);
}

TEST_F(SystemControlTest, WhatHasNoModelReadsBackWhatWasWritten)
{
    write(0xe0040004, 0xabcd);
    EXPECT_EQ(read(0xe0040004), 0xabcdu);
    m4.write(0xe0040005, 0x12, 1);
    EXPECT_EQ(read(0xe0040004), 0x12cdu);
    EXPECT_EQ(read(0xe00ff000), 0u);
}

TEST_F(SystemControlTest, AnyAccessAnywhereIsAnswered)
{
    for (const std::string& name : mcu::core_names()) {
        SystemControl control(mcu::load_core(name), processor());
        std::mt19937 random(1);
        for (int round = 0; round < 200'000; ++round) {
            ++now;
            // Half of them where most registers are.
            std::uint32_t address
                = random() % 2 ? 0xe0000000 + random() % 0x100000 : 0xe000e000 + random() % 0x1000;
            unsigned bytes = 1u << random() % 3;
            address &= ~(bytes - 1);
            if (random() % 2)
                control.write(address, static_cast<std::uint32_t>(random()), bytes);
            std::uint32_t value = control.read(address, bytes);
            ASSERT_TRUE(bytes == 4 || value >> (8 * bytes) == 0) << std::hex << address;
            if (unsigned exception = control.deliverable({}); exception != 0 && random() % 4 == 0) {
                control.activate(exception);
                ASSERT_EQ(control.read(icsr, 4) & 0x1ff, exception);
                ASSERT_NE(control.deliverable({}), exception);
                control.deactivate(exception);
            }
        }
    }
}

TEST_F(SystemControlTest, NoDebuggerIsAttached)
{
    write(0xe000edf0, 0xa05f0001);
    EXPECT_EQ(read(0xe000edf0), 0u);
}

TEST_F(SystemControlTest, CountsThatTheMpuWasReliedOn)
{
    EXPECT_EQ(m4.memory_protection_enabled_count(), 0u);
    write(0xe000ed94, 5);
    EXPECT_EQ(m4.memory_protection_enabled_count(), 1u);
}

TEST_F(SystemControlTest, AResetRequestNeedsTheKey)
{
    write(0xe000ed0c, 4);
    EXPECT_FALSE(m4.reset_requested());
    write(0xe000ed0c, 0x05fa0004);
    EXPECT_TRUE(m4.reset_requested());
}

} // namespace
