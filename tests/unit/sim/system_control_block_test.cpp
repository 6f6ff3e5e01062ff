// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/system_control_block.h"

#include <gtest/gtest.h>

namespace {

using sim::Architecture;
using sim::Fault;
using sim::FaultEntry;
using sim::Masks;
using sim::Nvic;
using sim::RegisterWrite;
using sim::SystemControlBlock;
namespace exception = sim::exception;

constexpr std::uint32_t icsr = 0xe000ed04, vtor = 0xe000ed08, aircr = 0xe000ed0c, scr = 0xe000ed10,
                        ccr = 0xe000ed14, shpr1 = 0xe000ed18, shpr2 = 0xe000ed1c,
                        shpr3 = 0xe000ed20, shcsr = 0xe000ed24, cfsr = 0xe000ed28,
                        hfsr = 0xe000ed2c, dfsr = 0xe000ed30, bfar = 0xe000ed38;
constexpr std::uint32_t forced = 1u << 30;
constexpr Masks unmasked {};

struct Processor {
    explicit Processor(Architecture architecture)
        : nvic(architecture, 32, architecture == Architecture::v6m ? 2 : 4)
        , block(architecture, nvic, {}, false)
    {
    }
    void write(std::uint32_t address, std::uint32_t value)
    {
        block.write(address, {.value = value});
    }
    std::uint32_t read(std::uint32_t address) const { return block.read(address); }
    FaultEntry fault(Fault what, const Masks& masks = unmasked)
    {
        return block.fault(what, std::nullopt, masks);
    }

    Nvic nvic;
    SystemControlBlock block;
};

class SystemControlBlockTest : public testing::Test {
protected:
    Processor v6m {Architecture::v6m}, v7m {Architecture::v7m}, v8m {Architecture::v8m};
};

TEST_F(SystemControlBlockTest, IcsrPendsAndShowsWhatIsPending)
{
    v7m.write(icsr, 1u << 28);
    EXPECT_TRUE(v7m.nvic.is_pending(exception::pendsv));
    EXPECT_EQ(v7m.read(icsr), 1u << 28 | exception::pendsv << 12 | 1u << 11);
    v7m.write(icsr, 1u << 27);
    EXPECT_FALSE(v7m.nvic.is_pending(exception::pendsv));
    v7m.write(icsr, 1u << 26);
    EXPECT_TRUE(v7m.nvic.is_pending(exception::systick));
    v7m.write(icsr, 1u << 25);
    EXPECT_FALSE(v7m.nvic.is_pending(exception::systick));
    v7m.write(icsr, 1u << 31);
    EXPECT_TRUE(v7m.nvic.is_pending(exception::nmi));
    v7m.write(icsr, 1u << 30);
    EXPECT_TRUE(v7m.nvic.is_pending(exception::nmi)); // only Armv8-M can take it back
    v8m.write(icsr, 1u << 31);
    v8m.write(icsr, 1u << 30);
    EXPECT_FALSE(v8m.nvic.is_pending(exception::nmi));
}

TEST_F(SystemControlBlockTest, IcsrShowsNesting)
{
    EXPECT_EQ(v7m.read(icsr), 1u << 11); // RETTOBASE
    v7m.nvic.activate(exception::systick);
    EXPECT_EQ(v7m.read(icsr), 1u << 11 | exception::systick);
    v7m.nvic.activate(exception::nmi);
    EXPECT_EQ(v7m.read(icsr), exception::nmi);
    v7m.nvic.set_pending(exception::first_interrupt + 3); // pending, not enabled
    EXPECT_EQ(v7m.read(icsr), exception::nmi | 1u << 22);
    EXPECT_EQ(v6m.read(icsr), 0u); // Armv6-M has no RETTOBASE
}

TEST_F(SystemControlBlockTest, VectorTableIsAligned)
{
    v7m.write(vtor, 0x20000fff);
    EXPECT_EQ(v7m.block.vector_table(), 0x20000f80u);
    v6m.write(vtor, 0x20000fff);
    EXPECT_EQ(v6m.block.vector_table(), 0x20000f00u);
}

TEST_F(SystemControlBlockTest, AircrNeedsItsKey)
{
    v7m.write(aircr, 0x00000304);
    EXPECT_FALSE(v7m.block.reset_requested());
    EXPECT_EQ(v7m.read(aircr), 0xfa050000u);
    v7m.write(aircr, 0x05fa0300);
    EXPECT_EQ(v7m.read(aircr), 0xfa050300u);
    EXPECT_FALSE(v7m.block.reset_requested());
    v7m.write(aircr, 0x05fa0004);
    EXPECT_TRUE(v7m.block.reset_requested());
}

TEST_F(SystemControlBlockTest, AircrKeepsSecurityBitsOnArmv8Only)
{
    v8m.write(aircr, 0x05fa6308);
    EXPECT_EQ(v8m.read(aircr), 0xfa056308u);
    v7m.write(aircr, 0x05fa6308);
    EXPECT_EQ(v7m.read(aircr), 0xfa050300u);
    v6m.write(aircr, 0x05fa0300);
    EXPECT_EQ(v6m.read(aircr), 0xfa050000u); // no grouping
}

TEST_F(SystemControlBlockTest, SleepControl)
{
    v7m.write(scr, 0xff);
    EXPECT_EQ(v7m.read(scr), 0x16u);
    EXPECT_TRUE(v7m.block.sleep_on_exit());
    EXPECT_TRUE(v7m.block.deep_sleep());
    v7m.nvic.set_pending(exception::first_interrupt);
    EXPECT_TRUE(v7m.nvic.take_event());
}

TEST_F(SystemControlBlockTest, ConfigurationAtResetAndWritten)
{
    EXPECT_EQ(v6m.read(ccr), 0x208u);
    EXPECT_EQ(v7m.read(ccr), 0x200u);
    EXPECT_EQ(v8m.read(ccr), 0x201u);
    EXPECT_FALSE(v7m.block.divide_by_zero_traps() || v7m.block.unaligned_traps());
    EXPECT_TRUE(v6m.block.unaligned_traps());
    v7m.write(ccr, 0x18);
    EXPECT_TRUE(v7m.block.divide_by_zero_traps() && v7m.block.unaligned_traps());
    EXPECT_FALSE(v7m.block.stack_aligned_to_8());
    EXPECT_FALSE(v7m.block.thread_mode_from_any_level());
    v7m.write(ccr, 1);
    EXPECT_TRUE(v7m.block.thread_mode_from_any_level());
    EXPECT_TRUE(v8m.block.thread_mode_from_any_level());
    v6m.write(ccr, 0);
    EXPECT_EQ(v6m.read(ccr), 0x208u);
}

TEST_F(SystemControlBlockTest, CachesSwitchOnOnlyWhereTheyExist)
{
    Nvic nvic(Architecture::v7m, 32, 4);
    SystemControlBlock with_caches(
        Architecture::v7m, nvic, {.instruction = true, .data = true}, true);
    with_caches.write(ccr, {.value = 0x00070200});
    EXPECT_EQ(with_caches.read(ccr), 0x00070200u);
    EXPECT_TRUE(with_caches.instruction_cache_enabled() && with_caches.data_cache_enabled());
    with_caches.write(ccr, {.value = 0x00000200});
    EXPECT_EQ(with_caches.read(ccr), 0x00040200u); // branch prediction cannot be switched off
    v7m.write(ccr, 0x00070200);
    EXPECT_EQ(v7m.read(ccr), 0x200u);
}

TEST_F(SystemControlBlockTest, HandlerPrioritiesByByte)
{
    v7m.block.write(shpr3, RegisterWrite::at(0xe000ed23, 0xff, 1)); // SysTick
    EXPECT_EQ(v7m.nvic.priority(exception::systick), 0xf0);
    v7m.write(shpr2, 0x55555555);
    EXPECT_EQ(v7m.read(shpr2), 0x50000000u); // SVCall only
    v7m.write(shpr1, 0x40302010);
    EXPECT_EQ(v7m.read(shpr1), 0x00302010u); // no SecureFault
    EXPECT_EQ(v7m.nvic.priority(exception::usage_fault), 0x30);
    v6m.write(shpr1, ~0u);
    EXPECT_EQ(v6m.read(shpr1), 0u);
    v6m.write(shpr3, ~0u);
    EXPECT_EQ(v6m.read(shpr3), 0xc0c00000u); // PendSV and SysTick
}

TEST_F(SystemControlBlockTest, HandlerControlEnablesPendsAndShowsActive)
{
    v7m.write(shcsr, 1u << 18 | 1u << 17);
    EXPECT_TRUE(v7m.nvic.is_enabled(exception::usage_fault));
    EXPECT_FALSE(v7m.nvic.is_enabled(exception::memory_management));
    v7m.nvic.activate(exception::svcall);
    v7m.nvic.set_pending(exception::bus_fault);
    EXPECT_EQ(v7m.read(shcsr), 1u << 18 | 1u << 17 | 1u << 14 | 1u << 7);
    v7m.write(shcsr, 1u << 15);
    EXPECT_EQ(v7m.read(shcsr), 1u << 15);
    EXPECT_TRUE(v7m.nvic.is_pending(exception::svcall));
    EXPECT_FALSE(v7m.nvic.is_active(exception::svcall));
    v6m.write(shcsr, ~0u);
    EXPECT_EQ(v6m.read(shcsr), 1u << 15);
    v8m.write(shcsr, 0xffff);
    EXPECT_EQ(v8m.read(shcsr), 0xfd9bu); // as qemu-system-arm's mps2-an505 answers
}

TEST_F(SystemControlBlockTest, AFaultWhoseHandlerIsDisabledIsAHardFault)
{
    FaultEntry entry = v7m.fault(Fault::undefined_instruction);
    EXPECT_EQ(entry.exception, exception::hard_fault);
    EXPECT_TRUE(entry.escalated);
    EXPECT_EQ(v7m.read(cfsr), 1u << 16);
    EXPECT_EQ(v7m.read(hfsr), forced);
}

TEST_F(SystemControlBlockTest, AnEnabledHandlerTakesItsFault)
{
    struct Case {
        Fault fault;
        unsigned exception;
        std::uint32_t status;
    };
    for (const Case& row : {Case {Fault::undefined_instruction, exception::usage_fault, 1u << 16},
             {Fault::invalid_state, exception::usage_fault, 1u << 17},
             {Fault::invalid_exception_return, exception::usage_fault, 1u << 18},
             {Fault::no_coprocessor, exception::usage_fault, 1u << 19},
             {Fault::unaligned, exception::usage_fault, 1u << 24},
             {Fault::divide_by_zero, exception::usage_fault, 1u << 25},
             {Fault::bus_instruction, exception::bus_fault, 1u << 8},
             {Fault::bus_data_precise, exception::bus_fault, 1u << 9},
             {Fault::bus_data_imprecise, exception::bus_fault, 1u << 10},
             {Fault::unstacking, exception::bus_fault, 1u << 11},
             {Fault::stacking, exception::bus_fault, 1u << 12},
             {Fault::execute_never, exception::memory_management, 1u << 0},
             {Fault::svc, exception::svcall, 0}}) {
        Processor processor(Architecture::v7m);
        processor.write(shcsr, 7u << 16);
        FaultEntry entry = processor.fault(row.fault);
        EXPECT_EQ(entry.exception, row.exception);
        EXPECT_FALSE(entry.escalated || entry.lock_up);
        EXPECT_EQ(processor.read(cfsr), row.status);
        EXPECT_EQ(processor.read(hfsr), 0u);
    }
}

TEST_F(SystemControlBlockTest, ABusFaultRecordsItsAddressIfKnown)
{
    v7m.fault(Fault::bus_data_precise);
    EXPECT_EQ(v7m.read(cfsr), 1u << 9);
    v7m.block.fault(Fault::bus_data_precise, 0xdeadbeef, unmasked);
    EXPECT_EQ(v7m.read(cfsr), 1u << 9 | 1u << 15);
    EXPECT_EQ(v7m.read(bfar), 0xdeadbeefu);
}

TEST_F(SystemControlBlockTest, AFaultThatMayNotPreemptIsAHardFault)
{
    v7m.write(shcsr, 7u << 16);
    EXPECT_EQ(v7m.fault(Fault::unaligned, {.primask = true}).exception, exception::hard_fault);
    EXPECT_EQ(v7m.fault(Fault::unaligned, {.basepri = 0x10}).exception,
        exception::usage_fault); // its priority is 0
    v7m.write(shpr1, 0x00200000);
    EXPECT_EQ(v7m.fault(Fault::unaligned, {.basepri = 0x10}).exception, exception::hard_fault);
    v7m.nvic.activate(exception::usage_fault); // a fault in its own handler
    EXPECT_EQ(v7m.fault(Fault::divide_by_zero).exception, exception::hard_fault);
}

TEST_F(SystemControlBlockTest, SvcEscalatesWhereItMayNotPreempt)
{
    EXPECT_EQ(v7m.fault(Fault::svc).exception, exception::svcall);
    EXPECT_EQ(v7m.fault(Fault::svc, {.primask = true}).exception, exception::hard_fault);
    EXPECT_EQ(v7m.read(hfsr), forced);
    EXPECT_EQ(v6m.fault(Fault::svc).exception, exception::svcall);
    EXPECT_EQ(v6m.fault(Fault::svc, {.primask = true}).exception, exception::hard_fault);
}

TEST_F(SystemControlBlockTest, AFaultAtHardFaultPriorityLocksUp)
{
    for (Processor* processor : {&v6m, &v7m, &v8m}) {
        processor->nvic.activate(exception::hard_fault);
        FaultEntry entry = processor->fault(Fault::undefined_instruction);
        EXPECT_TRUE(entry.lock_up);
        EXPECT_EQ(entry.exception, exception::none);
    }
    Processor in_nmi(Architecture::v7m);
    in_nmi.nvic.activate(exception::nmi);
    EXPECT_TRUE(in_nmi.fault(Fault::svc).lock_up);
    Processor masked(Architecture::v7m);
    EXPECT_TRUE(masked.fault(Fault::svc, {.faultmask = true}).lock_up);
}

TEST_F(SystemControlBlockTest, BusFaultsInHardFaultCanBeIgnored)
{
    v7m.write(ccr, 1u << 8);
    EXPECT_EQ(
        v7m.fault(Fault::bus_data_precise).exception, exception::hard_fault); // not in there yet
    v7m.nvic.activate(exception::hard_fault);
    FaultEntry entry = v7m.fault(Fault::bus_data_precise);
    EXPECT_EQ(entry.exception, exception::none);
    EXPECT_FALSE(entry.lock_up);
    EXPECT_TRUE(v7m.fault(Fault::bus_instruction).lock_up);
}

TEST_F(SystemControlBlockTest, Armv6KnowsOnlyHardFault)
{
    EXPECT_EQ(v6m.fault(Fault::unaligned).exception, exception::hard_fault);
    EXPECT_EQ(v6m.fault(Fault::bus_data_precise).exception, exception::hard_fault);
    EXPECT_EQ(v6m.read(cfsr), 0u);
    EXPECT_EQ(v6m.read(hfsr), 0u);
}

TEST_F(SystemControlBlockTest, AFailedVectorReadIsAHardFault)
{
    EXPECT_EQ(v7m.fault(Fault::vector_read).exception, exception::hard_fault);
    EXPECT_EQ(v7m.read(hfsr), 1u << 1);
}

TEST_F(SystemControlBlockTest, ABreakpointWithoutDebuggerIsAHardFault)
{
    EXPECT_EQ(v7m.fault(Fault::breakpoint).exception, exception::hard_fault);
    EXPECT_EQ(v7m.read(hfsr), 1u << 31);
    EXPECT_EQ(v7m.read(dfsr), 1u << 1);
    v7m.nvic.set_enabled(exception::debug_monitor, true);
    EXPECT_EQ(v7m.fault(Fault::breakpoint).exception, exception::debug_monitor);
    v7m.nvic.activate(exception::hard_fault);
    EXPECT_TRUE(v7m.fault(Fault::breakpoint).lock_up);
}

TEST_F(SystemControlBlockTest, StatusBitsClearWhereOneIsWritten)
{
    v7m.fault(Fault::undefined_instruction);
    v7m.fault(Fault::divide_by_zero);
    v7m.block.fault(Fault::bus_data_precise, 0x1234, unmasked);
    v7m.block.write(cfsr, RegisterWrite::at(0xe000ed2a, 1u << 9, 2)); // UFSR alone
    EXPECT_EQ(v7m.read(cfsr), 1u << 16 | 1u << 9 | 1u << 15);
    v7m.block.write(cfsr, RegisterWrite::at(0xe000ed29, 0xff, 1)); // BFSR alone
    EXPECT_EQ(v7m.read(cfsr), 1u << 16);
    v7m.write(cfsr, ~0u);
    EXPECT_EQ(v7m.read(cfsr), 0u);
    v7m.write(hfsr, forced);
    EXPECT_EQ(v7m.read(hfsr), 0u);
}

} // namespace
