// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "sim/machine.h"
#include "tests/support/assembler.h"
#include "tests/unit/sim/assembled_code.h"
#include "tests/unit/sim/sample_firmware.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace {

using namespace sim;
using testing::HasSubstr;

class MachineTest : public testing::TestWithParam<RunTracer::Mode> {
protected:
    void SetUp() override { SKIP_WITHOUT_ASSEMBLER(); }

    /// Runs `body` on a chip, in the mode of the test.
    RunResult run(std::string_view body, std::string_view functions = {},
        const std::string& chip_name = "generic-m4", std::uint64_t instruction_limit = 1'000'000)
    {
        chip_ = mcu::load_chip(chip_name);
        image_ = sim_tests::firmware(chip_, body, functions);
        machine_ = std::make_unique<Machine>(chip_, *image_, "test.elf",
            Machine::Options {.mode = GetParam(), .instruction_limit = instruction_limit});
        return machine_->run();
    }

    mcu::ChipModel chip_;
    std::unique_ptr<ElfImage> image_;
    std::unique_ptr<Machine> machine_;
};

INSTANTIATE_TEST_SUITE_P(Modes, MachineTest,
    testing::Values(RunTracer::Mode::blocks, RunTracer::Mode::exact),
    [](const auto& test) { return test.param == RunTracer::Mode::blocks ? "blocks" : "exact"; });

TEST_P(MachineTest, EndsWithTheExitCodeOfTheFirmware)
{
    RunResult good = run("exit 0");
    EXPECT_EQ(good.reason, StopReason::exited);
    EXPECT_TRUE(good.good());
    EXPECT_EQ(good.message, "");

    RunResult bad = run("exit 7");
    EXPECT_EQ(bad.reason, StopReason::exited);
    EXPECT_EQ(bad.exit_code, 7);
    EXPECT_FALSE(bad.good());
    EXPECT_THAT(bad.message, HasSubstr("exit code 7"));
    EXPECT_EQ(bad.function, "start");
}

TEST_P(MachineTest, CountsEachInstructionOnce)
{
    // Five before the loop's two, which turn ten times, and six of the exit.
    run("nop\nnop\nnop\nnop\nmovs r7, #10\n1: subs r7, #1\nbne 1b\nexit 0");
    EXPECT_EQ(machine_->meter().read().instructions, 5u + 20 + 6);
    EXPECT_EQ(machine_->tracer().instructions(), 5u + 20 + 6);
}

TEST_P(MachineTest, PrintsToTheConsole)
{
    run("ldr r1, =text\nmovs r0, #4\nbkpt 0xab\nexit 0", "text: .asciz \"hello\\n\"\n");
    EXPECT_EQ(machine_->console().text(), "hello\n");
}

TEST_P(MachineTest, TellsACLibraryWhereItsStackBegins)
{
    RunResult result = run("ldr r1, =pointer\nmovs r0, #0x16\nbkpt 0xab\nldr r0, =0x20000000\nldr "
                           "r1, [r0, #8]\ncmp r1, sp\nbne 1f\nexit 0\n1: exit 1",
        ".align 2\npointer: .word 0x20000000\n");
    EXPECT_TRUE(result.good()) << result.message;
}

TEST_P(MachineTest, AReadOfNothingNamesAddressAndFunction)
{
    RunResult result = run("bl reader\nexit 0",
        "function reader\nldr r0, =0x10000004\nldr r1, [r0]\nbx lr\n.pool\nendfunction reader");
    EXPECT_EQ(result.reason, StopReason::unmapped_access);
    EXPECT_EQ(result.address, 0x10000004u);
    EXPECT_EQ(result.function, "reader");
    EXPECT_THAT(result.message, HasSubstr("read of 0x10000004"));
    EXPECT_EQ(result.registers[0], 0x10000004u);
}

TEST_P(MachineTest, AWriteToNothingNamesTheAddress)
{
    RunResult result = run("ldr r0, =0x30000000\nstr r1, [r0, #8]\nexit 0");
    EXPECT_EQ(result.reason, StopReason::unmapped_access);
    EXPECT_EQ(result.address, 0x30000008u);
    EXPECT_THAT(result.message, HasSubstr("write to 0x30000008"));
}

TEST_P(MachineTest, AJumpToNothingIsAFetch)
{
    RunResult result = run("ldr r0, =0x30000001\nbx r0");
    EXPECT_EQ(result.reason, StopReason::unmapped_access);
    EXPECT_EQ(result.address, 0x30000000u);
    EXPECT_THAT(result.message, HasSubstr("fetch from 0x30000000"));
}

TEST_P(MachineTest, WhatTheCoreLacksIsAnUndefinedInstruction)
{
    RunResult udf = run("nop\nudf 0\nexit 0");
    EXPECT_EQ(udf.reason, StopReason::undefined_instruction);

    // SADD16 r0, r1, r2 as data: the assembler would refuse it for these cores.
    for (const char* chip : {"generic-m3", "generic-m0plus"}) {
        RunResult result = run(".short 0xfa91, 0xf002\nexit 0", {}, chip);
        EXPECT_EQ(result.reason, StopReason::undefined_instruction)
            << chip << ": " << result.message;
        EXPECT_EQ(result.function, "start");
    }
    // VADD.F32 s0, s1, s2.
    RunResult result = run(".short 0xee30, 0x0a81\nexit 0", {}, "generic-m3");
    EXPECT_EQ(result.reason, StopReason::undefined_instruction) << result.message;
}

TEST_P(MachineTest, ArmStateIsNoPlaceToBe)
{
    RunResult result = run("ldr r0, =start\nlsrs r0, #1\nlsls r0, #1\nbx r0"); // bit 0 clear
    EXPECT_FALSE(result.good());
    EXPECT_NE(result.reason, StopReason::instruction_limit);
}

TEST_P(MachineTest, AnEndlessLoopReachesTheLimit)
{
    RunResult result = run("1: adds r0, #1\nb 1b", {}, "generic-m4", 1000);
    EXPECT_EQ(result.reason, StopReason::instruction_limit);
    EXPECT_GE(machine_->tracer().instructions(), 1000u);
    EXPECT_LE(machine_->tracer().instructions(), 1004u);
    EXPECT_EQ(machine_->meter().read().instructions, machine_->tracer().instructions());
    EXPECT_EQ(result.function, "start");

    run("1: adds r0, #1\nbl callee\nb 1b", "function callee\nbx lr\nendfunction callee",
        "generic-m4", 1000);
    EXPECT_GE(machine_->tracer().instructions(), 1000u);
    EXPECT_LE(machine_->tracer().instructions(), 1010u);
}

TEST_P(MachineTest, ALoopNothingCanInterruptEndsAtOnce)
{
    RunResult result = run("b .");
    EXPECT_EQ(result.reason, StopReason::endless_loop);
    EXPECT_THAT(result.message, HasSubstr("in start"));
}

TEST_P(MachineTest, ABreakpointNobodyHandlesEndsTheRun)
{
    RunResult result = run("nop\nbkpt 3\nexit 0");
    EXPECT_EQ(result.reason, StopReason::unhandled_trap);
    EXPECT_THAT(result.message, HasSubstr("breakpoint"));
}

TEST_P(MachineTest, ASupervisorCallNobodyHandlesEndsTheRun)
{
    EXPECT_EQ(run("svc 0\nexit 0").reason, StopReason::unhandled_trap);
}

TEST_P(MachineTest, ASleepNothingWakesEndsTheRun)
{
    RunResult result = run("nop\nwfi\nexit 0");
    EXPECT_EQ(result.reason, StopReason::asleep);
    EXPECT_THAT(result.message, HasSubstr("WFI"));
}

TEST_P(MachineTest, StopsWhenAnotherThreadAsks)
{
    chip_ = mcu::load_chip("generic-m4");
    image_ = sim_tests::firmware(chip_, "1: adds r0, #1\nadds r1, r0\nb 1b");
    Machine machine(chip_, *image_, "test.elf", {.mode = GetParam()});
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        machine.request_stop();
    });
    RunResult result = machine.run();
    other.join();
    EXPECT_EQ(result.reason, StopReason::interrupted);
    EXPECT_THAT(result.message, HasSubstr("interrupted"));
    EXPECT_EQ(machine.meter().read().instructions, machine.tracer().instructions());
}

TEST_P(MachineTest, ARequestBeforeTheStartHolds)
{
    chip_ = mcu::load_chip("generic-m4");
    image_ = sim_tests::firmware(chip_, "b .");
    Machine machine(chip_, *image_, "test.elf", {.mode = GetParam()});
    machine.request_stop();
    EXPECT_EQ(machine.run().reason, StopReason::interrupted);
}

TEST_P(MachineTest, PeripheralRegistersReadBackWhatWasWritten)
{
    RunResult result
        = run("ldr r0, =0x40021000\nldr r1, =0x12345678\nstr r1, [r0, #4]\nldrh r2, [r0, #6]\nldr "
              "r3, [r0, #8]\n"
              "ldr r4, =0x1234\ncmp r2, r4\nbne 1f\ncmp r3, #0\nbne 1f\nexit 0\n1: exit 1");
    EXPECT_TRUE(result.good()) << result.message;
    const Reading& reading = machine_->meter().read();
    EXPECT_EQ(machine_->meter().region_name(reading.traffic.size() - 1), "peripherals");
    EXPECT_EQ(reading.traffic.back().writes, 1u);
    EXPECT_EQ(reading.traffic.back().reads, 2u);
    EXPECT_EQ(reading.traffic.back().read_bytes, 6u);
}

TEST_P(MachineTest, AWaitForARegisterThatNeverChangesEndsTheRun)
{
    RunResult result = run("bl wait\nexit 0",
        "function wait\nldr r2, =0x40023c00\n1: ldr r3, [r2, #4]\nlsls r3, r3, #14\nbpl 1b\nbx "
        "lr\n.pool\nendfunction wait",
        "generic-m4", 1'000'000'000);
    EXPECT_EQ(result.reason, StopReason::waits_on_register);
    EXPECT_EQ(result.address, 0x40023c04u);
    EXPECT_THAT(
        result.message, HasSubstr("waits on 0x40023c04 (bit 17): 1000000 reads gave 0x0, at 0x"));
    EXPECT_THAT(result.message, HasSubstr("in wait"));
    EXPECT_EQ(result.function, "wait");
    EXPECT_EQ(machine_->meter().read().instructions, machine_->tracer().instructions());
    EXPECT_GE(machine_->tracer().instructions(), 3'000'000u);
    EXPECT_LE(machine_->tracer().instructions(), 3'000'100u);
}

TEST_P(MachineTest, TheFirmwareGetsItsCommandLine)
{
    chip_ = mcu::load_chip("generic-m4");
    image_ = sim_tests::firmware(chip_,
        "ldr r1, =0x20000000\nldr r2, =0x20000100\nstr r2, [r1]\nmovs r2, #80\nstr r2, [r1, #4]\n"
        "movs r0, #0x15\nbkpt 0xab\nldr r1, =0x20000100\nmovs r0, #4\nbkpt 0xab\nexit 0");
    Machine machine(chip_, *image_, "test.elf",
        {.mode = GetParam(), .host = {.command_line = "test.elf --runs 3"}});
    EXPECT_TRUE(machine.run().good());
    EXPECT_EQ(machine.console().text(), "test.elf --runs 3");
}

TEST_P(MachineTest, AUartPrintsToTheConsole)
{
    std::string live;
    chip_ = mcu::load_chip("generic-m4");
    image_ = sim_tests::firmware(chip_,
        "ldr r0, =0x40004000\n1: ldr r1, [r0, #4]\ntst r1, #1\nbne 1b\nmovs r2, #'h'\n"
        "str r2, [r0]\nmovs r2, #'i'\nstrb r2, [r0]\nexit 0");
    Machine machine(chip_, *image_, "test.elf",
        {.mode = GetParam(), .host = {.console = [&](std::string_view text) { live += text; }}});
    EXPECT_TRUE(machine.run().good());
    EXPECT_EQ(machine.console().text(), "hi");
    EXPECT_EQ(live, "hi");
}

TEST_P(MachineTest, AnAliasShowsTheSameMemory)
{
    // SRAM2 of the STM32L4R5 lies at 0x10000000 and at 0x20030000.
    RunResult result = run("ldr r0, =0x10000000\nldr r1, =0x20030000\nldr r2, =0xcafe0001\nstr r2, "
                           "[r0, #16]\nldr r3, [r1, #16]\n"
                           "cmp r2, r3\nbne 1f\nexit 0\n1: exit 1",
        {}, "stm32l4r5");
    EXPECT_TRUE(result.good()) << result.message;
}

TEST_P(MachineTest, MemoryIsWrittenBeforeAndReadAfterTheRun)
{
    chip_ = mcu::load_chip("generic-m4");
    image_ = sim_tests::firmware(
        chip_, "ldr r0, =0x20000000\nldr r1, [r0]\nadds r1, #1\nstr r1, [r0, #4]\nexit 0");
    Machine machine(chip_, *image_, "test.elf", {.mode = GetParam()});
    machine.write_memory(0x20000000, std::vector<std::uint8_t> {0xff, 0x00, 0x00, 0x00});
    EXPECT_TRUE(machine.run().good());
    EXPECT_EQ(
        machine.read_memory(0x20000004, 4), (std::vector<std::uint8_t> {0x00, 0x01, 0x00, 0x00}));
}

TEST_P(MachineTest, CountsAccessesAndBytesByRegion)
{
    run("ldr r0, =0x20000000\nldrb r1, [r0]\nldrh r1, [r0, #2]\nldrd r2, r3, [r0, #8]\nldr r5, "
        "=start\nldr r5, [r5, #7]\n"
        "strb r1, [r0]\nstmia r0!, {r1-r3}\nexit 0");
    const Reading& reading = machine_->meter().read();
    const RegionTraffic& flash = reading.traffic[0];
    const RegionTraffic& sram = reading.traffic[1];
    EXPECT_EQ(flash.reads, 3u); // two literals, one of them the exit's, and a word of the program
    EXPECT_EQ(flash.read_bytes, 12u);
    EXPECT_EQ(sram.reads, 4u);
    EXPECT_EQ(sram.read_bytes, 1u + 2 + 8);
    EXPECT_EQ(sram.writes, 4u + 2); // and what the exit pushes
    EXPECT_EQ(sram.write_bytes, 1u + 12 + 8);
    EXPECT_EQ(reading.unaligned, 0u);
}

TEST_P(MachineTest, UnalignedAccessesTakeLonger)
{
    run("ldr r0, =0x20000000\nldr r1, [r0, #1]\nldr r1, [r0, #2]\nldrh r1, [r0, #3]\nldrh r1, [r0, "
        "#2]\nexit 0");
    CycleAccount unaligned = machine_->meter().read().cycles;
    EXPECT_EQ(machine_->meter().read().unaligned, 3u);
    run("ldr r0, =0x20000000\nldr r1, [r0, #4]\nldr r1, [r0, #4]\nldrh r1, [r0, #2]\nldrh r1, [r0, "
        "#2]\nexit 0");
    EXPECT_EQ(
        unaligned.total().count(), machine_->meter().read().cycles.total().count() + 2 + 1 + 1);
}

TEST_P(MachineTest, SkippedAccessesCountNothing)
{
    run("ldr r0, =0x20000000\nmovs r1, #0\ncmp r1, #0\nite eq\nldreq r2, [r0]\nldrne r2, [r0, "
        "#4]\nexit 0");
    EXPECT_EQ(machine_->meter().read().traffic[1].reads, 1u);
}

TEST_P(MachineTest, AnInstructionMayLieInABlockThatIsObservedAndInOneThatIsNot)
{
    // The block at 1 has a conditional access; the one at 2 is its end, entered from elsewhere.
    run("ldr r0, =0x20000000\nldr r6, =start\nmovs r5, #4\n"
        "3: movs r7, #3\nb 2f\n"
        "1: tst r7, #1\nit ne\nldrne r2, [r0, #8]\n"
        "2: ldr r1, [r0]\nldr r3, [r0, #4]\nldr r4, [r6]\nsubs r7, #1\nbne 1b\n"
        "subs r5, #1\nbne 3b\nexit 0");
    EXPECT_EQ(machine_->meter().read().traffic[0].reads, 2u + 4 * 3); // two literals
    EXPECT_EQ(machine_->meter().read().traffic[1].reads, 4u * (1 + 3 * 2));
}

TEST_P(MachineTest, TheLastTurnOfALoopMayEndAtTheBorderOfAMemory)
{
    // Its second half, which would read below the border, is not executed any more.
    run("movs r7, #30\nldr r0, =0x20000000\n"
        "3: add r2, r0, #200\n"
        "1: ldrb r3, [r2]\ncmp r2, r0\nbeq 2f\nldr r4, [r2, #-4]\nsubs r2, #4\nb 1b\n"
        "2: subs r7, #1\nbne 3b\nexit 0");
    EXPECT_EQ(machine_->meter().read().traffic[1].reads, 30u * (51 + 50));
}

TEST_P(MachineTest, FollowsAPointerThatTheLoopItselfStores)
{
    // A spilled pointer, taken from the stack and put back each turn.
    RunResult result
        = run("ldr r0, =0x20000000\nldr r6, =0x20000100\nstr r6, [r0]\nmovs r7, #50\n"
              "1: ldr r4, [r0]\nldr r5, [r4], #4\nstr r4, [r0]\nsubs r7, #1\nbne 1b\nexit 0");
    EXPECT_TRUE(result.good());
    EXPECT_EQ(machine_->meter().read().traffic[1].reads, 100u);
    EXPECT_EQ(machine_->meter().read().traffic[1].writes, 51u + 2);
    EXPECT_EQ(machine_->read_memory(0x20000000, 2), (std::vector<std::uint8_t> {0xc8, 0x01}));
}

TEST_P(MachineTest, CyclesOfInstructionsSumToTheTotal)
{
    run("ldr r0, =0x20000000\nmovs r7, #50\n1: ldr r1, [r0], #4\nbl callee\nsubs r7, #1\nbne "
        "1b\nexit 0",
        "function callee\npush {r4, lr}\nldr r4, [r0]\npop {r4, pc}\nendfunction callee",
        "stm32l4r5");
    CycleAccount sum;
    std::uint64_t executions = 0;
    for (const InstructionCost& cost : machine_->meter().instructions()) {
        sum += cost.cycles;
        executions += cost.executions;
    }
    EXPECT_EQ(sum, machine_->meter().read().cycles);
    EXPECT_EQ(executions, machine_->meter().read().instructions);
}

TEST_P(MachineTest, MeasuresTheStack)
{
    run("bl callee\nexit 0",
        "function callee\npush {r4-r7, lr}\nsub sp, #40\nadd sp, #40\npop {r4-r7, pc}\nendfunction "
        "callee");
    EXPECT_EQ(machine_->tracer().main_stack_bytes(), 20U + 40U);
}

TEST_P(MachineTest, AnImageThatDoesNotFitSaysWhereAndByHowMuch)
{
    mcu::ChipModel chip = mcu::load_chip("stm32l4r5");
    auto complaint = [&](std::uint32_t address, std::string_view source) -> std::string {
        ElfImage image(support::assemble(source, support::cortex_m4_flags, address), "big.elf");
        try {
            Machine machine(chip, image, "big.elf", {});
        } catch (const base::InputError& error) {
            return error.what();
        }
        return "it fits";
    };
    const std::string beginning
        = "vectors 0x20001000\nfunction start\nnop\nendfunction start\n"; // 10 bytes
    EXPECT_EQ(complaint(0x08000000, beginning), "it fits");
    EXPECT_EQ(complaint(0x08000000, beginning + ".space 0x200000 - 10"), "it fits");
    EXPECT_THAT(complaint(0x08000000, ".space 0x200064"), HasSubstr("exceed flash by 100 bytes"));
    EXPECT_THAT(complaint(0x2009fff0, ".space 20"), HasSubstr("exceed SRAM3 by 4 bytes"));
    EXPECT_THAT(complaint(0x60000000, ".space 20"), HasSubstr("20 bytes to load at 0x60000000"));
}

TEST_P(MachineTest, OnlyExactModeHearsOfSingleInstructions)
{
    run("nop\nexit 0");
    EXPECT_EQ(machine_->announced_instructions(), GetParam() == RunTracer::Mode::exact ? 7u : 0u);
}

} // namespace
