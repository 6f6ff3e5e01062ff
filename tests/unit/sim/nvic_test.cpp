// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/nvic.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace {

using sim::Architecture;
using sim::Masks;
using sim::Nvic;
namespace exception = sim::exception;

constexpr unsigned interrupt(unsigned n) { return exception::first_interrupt + n; }

constexpr Masks unmasked {};

class NvicTest : public testing::Test {
protected:
    void pend(unsigned exception, std::uint32_t priority)
    {
        nvic.set_enabled(exception, true);
        nvic.set_priority(exception, priority);
        nvic.set_pending(exception);
    }
    Nvic nvic {Architecture::v7m, 240, 4};
};

TEST_F(NvicTest, DeliversNothingAtReset)
{
    EXPECT_EQ(nvic.deliverable(unmasked), 0u);
    EXPECT_EQ(nvic.execution_priority(unmasked), 256);
}

TEST_F(NvicTest, PendingAloneIsNotEnough)
{
    nvic.set_pending(interrupt(5));
    EXPECT_EQ(nvic.deliverable(unmasked), 0u);
    nvic.set_enabled(interrupt(5), true);
    EXPECT_EQ(nvic.deliverable(unmasked), interrupt(5));
}

TEST_F(NvicTest, LowerPriorityValueComesFirst)
{
    pend(interrupt(1), 0x80);
    pend(interrupt(200), 0x40);
    EXPECT_EQ(nvic.deliverable(unmasked), interrupt(200));
}

TEST_F(NvicTest, LowerNumberBreaksTies)
{
    pend(interrupt(70), 0x80);
    pend(interrupt(7), 0x80);
    pend(exception::systick, 0x80);
    EXPECT_EQ(nvic.deliverable(unmasked), exception::systick);
}

TEST_F(NvicTest, FixedPrioritiesComeBeforeAnyOther)
{
    pend(interrupt(0), 0);
    nvic.set_pending(exception::hard_fault);
    EXPECT_EQ(nvic.deliverable(unmasked), exception::hard_fault);
    nvic.set_pending(exception::nmi);
    EXPECT_EQ(nvic.deliverable(unmasked), exception::nmi);
    nvic.set_priority(exception::nmi, 0xf0);
    EXPECT_EQ(nvic.priority(exception::nmi), -2);
}

TEST_F(NvicTest, UnimplementedPriorityBitsReadAsZero)
{
    nvic.set_priority(interrupt(3), 0xff);
    EXPECT_EQ(nvic.priority(interrupt(3)), 0xf0);
    Nvic all_bits(Architecture::v7m, 240, 8);
    all_bits.set_priority(interrupt(3), 0xff);
    EXPECT_EQ(all_bits.priority(interrupt(3)), 0xff);
    Nvic two_bits(Architecture::v6m, 32, 2);
    two_bits.set_priority(interrupt(3), 0xff);
    EXPECT_EQ(two_bits.priority(interrupt(3)), 0xc0);
}

TEST_F(NvicTest, EqualPriorityDoesNotPreempt)
{
    nvic.set_priority(interrupt(1), 0x80);
    nvic.activate(interrupt(1));
    pend(interrupt(0), 0x80);
    EXPECT_EQ(nvic.deliverable(unmasked), 0u);
    nvic.set_priority(interrupt(0), 0x70);
    EXPECT_EQ(nvic.deliverable(unmasked), interrupt(0));
}

TEST_F(NvicTest, SubpriorityOrdersButDoesNotPreempt)
{
    nvic.set_priority_grouping(5); // group [7:6], subpriority [5:4]
    nvic.set_priority(interrupt(1), 0xb0);
    nvic.activate(interrupt(1));
    pend(interrupt(2), 0x90);
    pend(interrupt(3), 0x80);
    EXPECT_EQ(
        nvic.first_pending(), interrupt(3));   // the lower subpriority, though the number is higher
    EXPECT_EQ(nvic.deliverable(unmasked), 0u); // all three are of group 0x80
    nvic.deactivate(interrupt(1));
    EXPECT_EQ(nvic.deliverable(unmasked), interrupt(3));
}

TEST_F(NvicTest, WithoutGroupBitsNothingConfigurablePreempts)
{
    nvic.set_priority_grouping(7);
    nvic.set_priority(interrupt(1), 0xf0);
    nvic.activate(interrupt(1));
    pend(interrupt(2), 0);
    EXPECT_EQ(nvic.deliverable(unmasked), 0u);
    nvic.set_pending(exception::nmi);
    EXPECT_EQ(nvic.deliverable(unmasked), exception::nmi);
}

TEST_F(NvicTest, Armv6HasNoGrouping)
{
    Nvic armv6(Architecture::v6m, 32, 2);
    armv6.set_priority_grouping(7);
    armv6.set_priority(interrupt(1), 0xc0);
    armv6.activate(interrupt(1));
    armv6.set_enabled(interrupt(2), true);
    armv6.set_pending(interrupt(2));
    EXPECT_EQ(armv6.deliverable(unmasked), interrupt(2));
}

TEST_F(NvicTest, PrimaskHoldsBackAllButHardFaultAndNmi)
{
    Masks primask {.primask = true};
    pend(interrupt(1), 0);
    EXPECT_EQ(nvic.deliverable(primask), 0u);
    nvic.set_pending(exception::hard_fault);
    EXPECT_EQ(nvic.deliverable(primask), exception::hard_fault);
}

TEST_F(NvicTest, FaultmaskHoldsBackHardFaultToo)
{
    Masks faultmask {.faultmask = true};
    nvic.set_pending(exception::hard_fault);
    EXPECT_EQ(nvic.deliverable(faultmask), 0u);
    nvic.set_pending(exception::nmi);
    EXPECT_EQ(nvic.deliverable(faultmask), exception::nmi);
}

TEST_F(NvicTest, BasepriHoldsBackItsLevelAndLower)
{
    pend(interrupt(1), 0x40);
    EXPECT_EQ(nvic.deliverable({.basepri = 0x40}), 0u);
    EXPECT_EQ(nvic.deliverable({.basepri = 0x50}), interrupt(1));
    EXPECT_EQ(nvic.deliverable({.basepri = 0}), interrupt(1));
    EXPECT_EQ(
        nvic.deliverable({.basepri = 0x0f}), interrupt(1)); // no implemented bit: masks nothing
}

TEST_F(NvicTest, BasepriIsGrouped)
{
    nvic.set_priority_grouping(5);
    pend(interrupt(1), 0x80);
    EXPECT_EQ(nvic.deliverable({.basepri = 0xb0}), 0u); // the group of 0xb0 is 0x80
}

TEST_F(NvicTest, Armv6IgnoresFaultmaskAndBasepri)
{
    Nvic armv6(Architecture::v6m, 32, 2);
    armv6.set_enabled(interrupt(2), true);
    armv6.set_pending(interrupt(2));
    EXPECT_EQ(armv6.deliverable({.faultmask = true, .basepri = 0x40}), interrupt(2));
}

TEST_F(NvicTest, EntryMovesFromPendingToActive)
{
    pend(interrupt(4), 0x20);
    nvic.activate(interrupt(4));
    EXPECT_FALSE(nvic.is_pending(interrupt(4)));
    EXPECT_TRUE(nvic.is_active(interrupt(4)));
    EXPECT_EQ(nvic.current(), interrupt(4));
    EXPECT_EQ(nvic.execution_priority(unmasked), 0x20);
    nvic.deactivate(interrupt(4));
    EXPECT_FALSE(nvic.is_active(interrupt(4)));
    EXPECT_EQ(nvic.current(), 0u);
}

TEST_F(NvicTest, PendingWhileActiveComesAgainAfterReturn)
{
    pend(interrupt(4), 0x20);
    nvic.activate(interrupt(4));
    nvic.set_pending(interrupt(4));
    EXPECT_EQ(nvic.deliverable(unmasked), 0u);
    nvic.deactivate(interrupt(4));
    EXPECT_EQ(nvic.deliverable(unmasked), interrupt(4));
}

TEST_F(NvicTest, HandlersNest)
{
    nvic.set_priority(interrupt(1), 0x80);
    nvic.set_priority(interrupt(2), 0x40);
    nvic.activate(interrupt(1));
    nvic.activate(interrupt(2));
    EXPECT_EQ(nvic.execution_priority(unmasked), 0x40);
    EXPECT_EQ(nvic.active_count(), 2u);
    nvic.deactivate(interrupt(2));
    EXPECT_EQ(nvic.current(), interrupt(1));
    EXPECT_EQ(nvic.execution_priority(unmasked), 0x80);
}

TEST_F(NvicTest, WfiWakesThroughPrimaskButNotThroughBasepri)
{
    pend(interrupt(1), 0x40);
    EXPECT_TRUE(nvic.would_wake({.primask = true}));
    EXPECT_FALSE(nvic.would_wake({.primask = true, .basepri = 0x40}));
    EXPECT_FALSE(nvic.would_wake({.primask = true, .faultmask = true}));
    nvic.set_enabled(interrupt(1), false);
    EXPECT_FALSE(nvic.would_wake({.primask = true}));
}

TEST_F(NvicTest, SevonpendMakesAnEventOfADisabledInterrupt)
{
    nvic.set_pending(interrupt(1));
    EXPECT_FALSE(nvic.take_event());
    nvic.set_send_event_on_pending(true);
    nvic.set_pending(interrupt(1)); // was pending: no event
    EXPECT_FALSE(nvic.take_event());
    nvic.set_pending(interrupt(2));
    EXPECT_TRUE(nvic.take_event());
    EXPECT_FALSE(nvic.take_event());
}

TEST_F(NvicTest, EntryAndReturnAreEvents)
{
    nvic.activate(exception::systick);
    EXPECT_TRUE(nvic.take_event());
    nvic.deactivate(exception::systick);
    EXPECT_TRUE(nvic.take_event());
}

TEST_F(NvicTest, AttentionIsTakenOnce)
{
    nvic.take_attention();
    EXPECT_FALSE(nvic.take_attention());
    nvic.set_pending(interrupt(1));
    EXPECT_TRUE(nvic.take_attention());
    EXPECT_FALSE(nvic.take_attention());
    nvic.set_priority(interrupt(1), 0x10);
    EXPECT_TRUE(nvic.take_attention());
    nvic.set_priority_grouping(3);
    EXPECT_TRUE(nvic.take_attention());
}

TEST_F(NvicTest, WhatTheArchitectureLacksCannotPend)
{
    Nvic armv6(Architecture::v6m, 32, 2);
    for (unsigned missing : {exception::memory_management, exception::usage_fault,
             exception::debug_monitor, exception::secure_fault, interrupt(32)}) {
        armv6.set_enabled(missing, true);
        armv6.set_pending(missing);
        EXPECT_FALSE(armv6.is_pending(missing)) << missing;
    }
    nvic.set_pending(exception::secure_fault);
    EXPECT_FALSE(nvic.is_pending(exception::secure_fault));
    Nvic armv8(Architecture::v8m, 480, 4);
    armv8.set_pending(exception::secure_fault);
    EXPECT_TRUE(armv8.is_pending(exception::secure_fault));
}

/// The manual's rules once more, read word by word (Armv7-M ARM, B1.5.4): exceptions 16 to 23 with
/// all eight priority bits.
struct PlainReading {
    struct State {
        bool enabled = false, pending = false, active = false;
        unsigned priority = 0;
    };
    unsigned group(unsigned priority) const { return priority - priority % (2u << prigroup); }
    bool masks_out(unsigned priority, const Masks& masks) const
    {
        if (masks.primask || masks.faultmask || (masks.basepri && priority >= group(masks.basepri)))
            return true;
        for (const State& other : states)
            if (other.active && priority >= group(other.priority))
                return true;
        return false;
    }
    unsigned deliverable(const Masks& masks) const
    {
        const State* first = nullptr;
        for (const State& state : states)
            if (state.enabled && state.pending && (!first || state.priority < first->priority))
                first = &state;
        if (!first || masks_out(group(first->priority), masks))
            return 0;
        return interrupt(static_cast<unsigned>(first - states.data()));
    }
    std::array<State, 8> states {};
    unsigned prigroup = 0;
};

TEST_F(NvicTest, AgreesWithAPlainReadingOfTheManual)
{
    std::mt19937 random(1);
    unsigned delivered = 0, held_back = 0;
    for (int round = 0; round < 20'000; ++round) {
        Nvic eight_bits(Architecture::v7m, 8, 8);
        PlainReading plain;
        plain.prigroup = random() % 8;
        eight_bits.set_priority_grouping(plain.prigroup);
        for (unsigned i = 0; i < 8; ++i) {
            PlainReading::State& state = plain.states[i];
            state = {.enabled = random() % 4 != 0,
                .pending = random() % 2 == 0,
                .active = random() % 8 == 0,
                .priority = static_cast<unsigned>(random() % 256)};
            eight_bits.set_priority(interrupt(i), state.priority);
            eight_bits.set_enabled(interrupt(i), state.enabled);
            eight_bits.set_active(interrupt(i), state.active);
            if (state.pending)
                eight_bits.set_pending(interrupt(i));
        }
        Masks masks {.primask = random() % 8 == 0,
            .faultmask = random() % 8 == 0,
            .basepri = random() % 2 ? static_cast<std::uint32_t>(random() % 256) : 0};
        unsigned expected = plain.deliverable(masks);
        ASSERT_EQ(eight_bits.deliverable(masks), expected) << round;
        ++(expected ? delivered : held_back);
    }
    EXPECT_GT(delivered, 1000u);
    EXPECT_GT(held_back, 1000u);
}

TEST_F(NvicTest, RegistersSetAndClearBitByBit)
{
    nvic.write(0xe000e104, {.value = 0x80000001}); // ISER1: interrupts 32 and 63
    EXPECT_TRUE(nvic.is_enabled(interrupt(32)));
    EXPECT_TRUE(nvic.is_enabled(interrupt(63)));
    EXPECT_EQ(nvic.read(0xe000e104), 0x80000001u);
    EXPECT_EQ(nvic.read(0xe000e184), 0x80000001u);
    nvic.write(0xe000e184, {.value = 1}); // ICER1
    EXPECT_EQ(nvic.read(0xe000e104), 0x80000000u);

    nvic.write(0xe000e200, {.value = 6}); // ISPR0
    EXPECT_EQ(nvic.read(0xe000e280), 6u);
    nvic.write(0xe000e280, {.value = 2}); // ICPR0
    EXPECT_EQ(nvic.read(0xe000e200), 4u);

    nvic.activate(interrupt(2));
    EXPECT_EQ(nvic.read(0xe000e300), 4u); // IABR0
    nvic.write(0xe000e300, {.value = ~0u});
    EXPECT_EQ(nvic.read(0xe000e300), 4u);
}

TEST_F(NvicTest, InterruptsThatDoNotExistReadAsZero)
{
    nvic.write(0xe000e11c, {.value = ~0u}); // ISER7: 224 to 255, of which 240 exist
    EXPECT_EQ(nvic.read(0xe000e11c), 0x0000ffffu);
    EXPECT_EQ(nvic.read(0xe000e004), 7u); // ICTR: (240 - 1) / 32
}

TEST_F(NvicTest, PrioritiesAreBytes)
{
    nvic.write(0xe000e404, sim::RegisterWrite::at(0xe000e406, 0xa0, 1));
    EXPECT_EQ(nvic.priority(interrupt(6)), 0xa0);
    EXPECT_EQ(nvic.priority(interrupt(5)), 0);
    EXPECT_EQ(nvic.read(0xe000e404), 0x00a00000u);
    nvic.write(0xe000e404, {.value = 0x11223344});
    EXPECT_EQ(nvic.read(0xe000e404), 0x10203040u);
}

TEST_F(NvicTest, SoftwareTriggerPends)
{
    nvic.write(0xe000ef00, {.value = 17});
    EXPECT_TRUE(nvic.is_pending(interrupt(17)));
    Nvic armv6(Architecture::v6m, 32, 2);
    armv6.write(0xe000ef00, {.value = 17});
    EXPECT_FALSE(armv6.is_pending(interrupt(17)));
}

} // namespace
