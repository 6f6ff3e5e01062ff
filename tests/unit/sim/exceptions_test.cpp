// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/machine.h"
#include "tests/support/assembler.h"
#include "tests/unit/sim/assembled_code.h"
#include "tests/unit/sim/sample_firmware.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace sim;
using testing::HasSubstr;

// VTOR to a table in RAM whose entries all lead to `handler`.
constexpr std::string_view own_vectors = R"(
    ldr r0, =0xe000ed08
    ldr r1, =0x20000200
    str r1, [r0]
    ldr r2, =handler
    movs r3, #1
    orrs r2, r3
    movs r3, #32
1:  str r2, [r1]
    adds r1, #4
    subs r3, #1
    bne 1b
    ldr r4, =0xe000ed04
)";
constexpr std::string_view returns = "function handler\nbx lr\nendfunction handler\n";

class ExceptionsTest : public testing::TestWithParam<RunTracer::Mode> {
protected:
    void SetUp() override { SKIP_WITHOUT_ASSEMBLER(); }

    RunResult run(std::string_view body, std::string_view functions = returns, std::string_view chip = "generic-m4")
    {
        chip_ = mcu::load_chip(chip);
        image_ = sim_tests::firmware(chip_, std::string(own_vectors) + std::string(body), functions);
        machine_ = std::make_unique<Machine>(chip_, *image_, "test.elf", Machine::Options {.mode = GetParam(), .instruction_limit = 100'000});
        return machine_->run();
    }
    std::uint64_t cycles(Cause cause) { return machine_->meter().read().cycles[cause].count(); }

    mcu::ChipModel chip_;
    std::unique_ptr<ElfImage> image_;
    std::unique_ptr<Machine> machine_;
};

INSTANTIATE_TEST_SUITE_P(Modes, ExceptionsTest, testing::Values(RunTracer::Mode::blocks, RunTracer::Mode::exact),
    [](const auto& mode) { return mode.param == RunTracer::Mode::exact ? "exact" : "blocks"; });

constexpr std::string_view pend_supervisor = "ldr r5, =0x10000000\nstr r5, [r4]\ndsb\nisb\nexit 0\n";
constexpr std::string_view pend_both = "ldr r5, =0x14000000\nstr r5, [r4]\ndsb\nisb\nexit 0\n"; // and SysTick
constexpr std::string_view sleep_for_a_tick
    = "ldr r0, =0xe000e010\nldr r1, =999\nstr r1, [r0, #4]\nmovs r1, #0\nstr r1, [r0, #8]\nmovs r1, #7\nstr r1, [r0]\nwfi\nexit 0\n";

// Arm DDI0439B (Cortex-M4 TRM), 3.9.1: 12 cycles in, 12 out, 6 from one to the next.
TEST_P(ExceptionsTest, EntryAndReturnOfAnM4)
{
    RunResult result = run(pend_supervisor);
    EXPECT_TRUE(result.good()) << result.message;
    EXPECT_EQ(cycles(Cause::exception), 12u + 12u);
}

TEST_P(ExceptionsTest, TailChainingOfAnM4)
{
    RunResult result = run(pend_both);
    EXPECT_TRUE(result.good()) << result.message;
    EXPECT_EQ(cycles(Cause::exception), 12u + 6u + 12u);
}

TEST_P(ExceptionsTest, AnIdleM4AnswersAfterTwelveCycles)
{
    RunResult result = run(sleep_for_a_tick);
    EXPECT_TRUE(result.good()) << result.message;
    EXPECT_EQ(cycles(Cause::exception), 12u + 12u);
    // A period of 1000 cycles begins with the write of CSR; all of it that is not executed is slept.
    EXPECT_GT(cycles(Cause::sleep), 980u);
    EXPECT_LT(cycles(Cause::sleep), 1000u);
}

// Arm DDI0484C (Cortex-M0+ TRM), 3.6.1: 15 cycles in.
TEST_P(ExceptionsTest, EntryOfAnM0Plus)
{
    RunResult result = run(pend_supervisor, returns, "generic-m0plus");
    EXPECT_TRUE(result.good()) << result.message;
    std::uint64_t in_and_out = cycles(Cause::exception);
    EXPECT_EQ(in_and_out, static_cast<std::uint64_t>(15 + chip_.core.exception.exit.value));
}

TEST_P(ExceptionsTest, EveryCycleHasAnOwner)
{
    run(sleep_for_a_tick);
    CycleAccount sum;
    for (const InstructionCost& cost : machine_->meter().instructions())
        sum += cost.cycles;
    EXPECT_EQ(sum, machine_->meter().read().cycles);
}

TEST_P(ExceptionsTest, AFaultWhoseHandlerNeverEndsIsExplained)
{
    RunResult result = run("ldr r0, =0x30000000\nldr r1, [r0]\nexit 0\n", "function handler\nb .\nendfunction handler\n");
    EXPECT_EQ(result.reason, StopReason::unmapped_access);
    EXPECT_EQ(result.address, 0x30000000u);
    EXPECT_EQ(result.function, "start");
    EXPECT_THAT(result.message, HasSubstr("read of 0x30000000"));
    EXPECT_THAT(result.message, HasSubstr("in handler"));
}

TEST_P(ExceptionsTest, AFaultWithoutAHandlerLocksUpAndIsExplained)
{
    RunResult result = run("movs r5, #0\nldr r1, =0x20000200\nstr r5, [r1, #12]\nldr r0, =0x30000000\nldr r1, [r0]\nexit 0\n");
    EXPECT_EQ(result.reason, StopReason::unmapped_access);
    EXPECT_THAT(result.message, HasSubstr("read of 0x30000000"));
}

TEST_P(ExceptionsTest, ContextsAreToldApart)
{
    run(pend_both);
    const std::vector<Context>& contexts = machine_->tracer().calls().contexts();
    ASSERT_EQ(contexts.size(), 3u);
    EXPECT_EQ(contexts[0].kind, Context::Kind::reset);
    EXPECT_EQ(contexts[1].number, 14u); // the same priority: the lower number first
    EXPECT_EQ(contexts[2].number, 15u);
}

// The same loop, 200 turns without the trap and then with it, until its divisor is zero.
TEST_P(ExceptionsTest, ADivideTrapsFromWhereTheFirmwareAsksForIt)
{
    constexpr std::string_view body = R"(
    movs r7, #0
    ldr r0, =200
    bl divisions
    ldr r1, =0xe000ed14 @ CCR
    ldr r2, [r1]
    movs r3, #16
    orrs r2, r3
    str r2, [r1]
    dsb
    movs r0, #100
    bl divisions
    exit 0
)";
    constexpr std::string_view functions = R"(
function divisions
1:  sdiv r2, r0, r0
    add r7, r2
    subs r0, #1
    bne 1b
    sdiv r2, r7, r0
    bx lr
endfunction divisions
function handler
    b .
endfunction handler
)";
    RunResult result = run(body, functions);
    EXPECT_EQ(result.reason, StopReason::fault);
    EXPECT_EQ(result.function, "divisions");
    EXPECT_THAT(result.message, HasSubstr("divide by zero"));
    EXPECT_EQ(machine_->register_value(7), 300u);
    EXPECT_EQ(machine_->register_value(0), 0u);
    EXPECT_EQ(machine_->irregularities().faults, 1u);
}

TEST_P(ExceptionsTest, AFaultThatWasDealtWithDoesNotExplainALaterLoop)
{
    constexpr std::string_view steps_over = "function handler\nldr r0, [sp, #24]\nadds r0, #2\nstr r0, [sp, #24]\nbx lr\nendfunction handler\n";
    RunResult result = run("ldr r0, =0x30000000\nldr r1, [r0]\nb .\n", steps_over);
    EXPECT_EQ(result.reason, StopReason::endless_loop);
    EXPECT_THAT(result.message, testing::Not(HasSubstr("0x30000000")));
    EXPECT_EQ(machine_->irregularities().faults, 1u);
}

TEST_P(ExceptionsTest, WhatAChipWouldRefuseIsCounted)
{
    constexpr std::string_view switches = R"(
    vmov s0, r0
    ldr r0, =0xe000ed88 @ CPACR
    ldr r1, =0x00f00000
    str r1, [r0]
    dsb
    isb
    vmov s1, r0
    ldr r0, =0xe000ed94 @ MPU_CTRL
    movs r1, #5
    str r1, [r0]
    ldr r0, =0x40000000
    ldr r1, [r0]
    str r1, [r0, #4]
    exit 0
)";
    RunResult result = run(switches);
    EXPECT_TRUE(result.good()) << result.message;
    Machine::Irregularities noticed = machine_->irregularities();
    EXPECT_EQ(noticed.floating_point_off, 1u);
    EXPECT_EQ(noticed.protection_switched_on, 1u);
    EXPECT_EQ(noticed.unknown_registers, 2u);
    EXPECT_EQ(noticed.faults, 0u);
    EXPECT_EQ(noticed.resets, 0u);
}

} // namespace
