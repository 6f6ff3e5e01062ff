// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/recorder.h"

#include "base/input_error.h"
#include "profiler/record/call_rows.h"
#include "profiler/record/elf_profile.h"
#include "profiler/record/layer_pattern.h"
#include "profiler/record/profile_rows.h"
#include "tests/support/assembler.h"
#include "tests/unit/sim/assembled_code.h"
#include "tests/unit/sim/sample_firmware.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using record::Recorder;
using testing::ElementsAre;
using testing::HasSubstr;

// outer calls leaf twice and itself; leaf keeps 16 bytes, outer 8.
const std::string functions = R"(
function outer
    push {r4, lr}
    movs r4, r0
    bl leaf
    bl leaf
    subs r0, r4, #1
    beq 1f
    bl outer
1:  pop {r4, pc}
endfunction outer
function leaf
    sub sp, #16
    udiv r1, r1, r2
    str r1, [sp]
    add sp, #16
    bx lr
endfunction leaf
)";

class RecorderTest : public testing::Test {
protected:
    void SetUp() override { SKIP_WITHOUT_ASSEMBLER(); }

    /// Runs `body` and gives all that a profile has of it.
    traces::Profile profile(std::string_view body, const std::string& layers = {},
        const std::string& window_function = {},
        Recorder::LayerRows rows = Recorder::LayerRows::by_call,
        const std::string& more_functions = {})
    {
        mcu::ChipModel chip = mcu::load_chip("generic-m4");
        auto image = sim_tests::firmware(chip, body, functions + more_functions);
        sim::Machine machine(chip, *image, "test.elf", {});
        Recorder::Window window {.function = {},
            .layer_functions = {},
            .layer_rows = rows,
            .heap_function = record::HeapWatch::function_of(*image),
            .layer_finished = {}};
        if (!layers.empty())
            window.layer_functions = record::functions_matching(layers, *image);
        if (!window_function.empty())
            window.function = image->find_function(window_function)->address;
        Recorder recorder(machine, std::move(window));
        sim::RunResult result = machine.run();
        record::Recording recording = recorder.finish();
        traces::Profile profile;
        record::describe_run(profile, recording, machine, *image, chip, result);
        record::describe_elf(profile, recording, *image, chip);
        EXPECT_EQ(traces::find_unbalanced_sum(profile), std::nullopt);
        EXPECT_EQ(traces::find_dangling_row(profile), std::nullopt);
        return profile;
    }

    static const traces::Function& function(const traces::Profile& profile, std::string_view name)
    {
        for (const traces::Function& row : profile.functions)
            if (row.name == name)
                return row;
        throw std::runtime_error("no such function");
    }
    static std::vector<std::string> calls(const traces::Profile& profile)
    {
        std::vector<std::string> rows;
        for (const traces::Call& call : profile.calls) {
            std::string path = call.function + (call.recursive ? "*" : "");
            for (int at = call.parent; at >= 0;
                 at = profile.calls[static_cast<std::size_t>(at)].parent)
                path = profile.calls[static_cast<std::size_t>(at)].function + "/" + path;
            rows.push_back(path + " " + std::to_string(call.calls));
        }
        return rows;
    }
    static std::vector<std::string> titles(const traces::Profile& profile)
    {
        std::vector<std::string> rows;
        for (const traces::Layer& layer : profile.layers)
            rows.push_back(layer.title);
        return rows;
    }
};

TEST_F(RecorderTest, FollowsCalls)
{
    traces::Profile run = profile("movs r0, #3\nbl outer\nbl leaf\nexit 0");
    EXPECT_THAT(calls(run),
        ElementsAre("start 1", "start/outer 1", "start/outer/leaf 6", "start/outer/outer* 2",
            "start/leaf 1"));
    EXPECT_EQ(function(run, "leaf").calls, 7u);
    EXPECT_EQ(function(run, "outer").calls, 3u);
    EXPECT_EQ(function(run, "start").total_cycles, run.total.cycles);
    EXPECT_EQ(function(run, "outer").total_cycles, run.calls[1].total_cycles);
    EXPECT_EQ(run.calls[1].total_cycles, run.calls[1].self_cycles + run.calls[2].total_cycles);
}

TEST_F(RecorderTest, SplitsTotalCyclesByCause)
{
    traces::Profile run = profile("movs r0, #3\nbl outer\nexit 0");
    EXPECT_EQ(traces::value_of(function(run, "start").total_cycles_by_cause, "multi_cycle"),
        traces::value_of(run.cycles_by_cause, "multi_cycle"));
    EXPECT_GE(
        traces::value_of(function(run, "outer").total_cycles_by_cause, "multi_cycle"), 6 * 6u);
    EXPECT_EQ(function(run, "leaf").total_cycles_by_cause, function(run, "leaf").cycles_by_cause);
}

TEST_F(RecorderTest, MeasuresStacks)
{
    traces::Profile run = profile("movs r0, #3\nbl outer\nexit 0");
    EXPECT_EQ(function(run, "leaf").own_stack, 16u);
    EXPECT_EQ(function(run, "outer").own_stack, 8u);
    EXPECT_EQ(function(run, "outer").stack, 3 * 8u + 16);
    ASSERT_EQ(run.contexts.size(), 1u);
    EXPECT_EQ(run.contexts[0].stack, 3 * 8u + 16);
    EXPECT_EQ(run.contexts[0].deepest_depth, 5u); // start, outer three times, leaf
    EXPECT_EQ(
        run.calls.at(static_cast<std::size_t>(run.contexts[0].deepest_call)).function, "leaf");
}

TEST_F(RecorderTest, AHandlerIsNotWhatItInterrupted)
{
    // The vector of SVC is word 11; the body begins at word 2.
    traces::Profile run = profile(
        "b 1f\nnop\n.skip 32\n.word handler\n1: movs r2, #1\nbl asking\nbl asking\nexit 0",
        "asking", {}, Recorder::LayerRows::by_call,
        "function asking\npush {r4, lr}\nsvc #0\nnop\npop {r4, pc}\nendfunction asking\n"
        "function handler\npush {r4, lr}\nbl leaf\npop {r4, pc}\nendfunction handler\n");
    ASSERT_EQ(run.run.outcome.reason, "exited");
    EXPECT_THAT(
        calls(run), ElementsAre("start 1", "start/asking 2", "handler 2", "handler/leaf 2"));
    ASSERT_EQ(run.contexts.size(), 2u);
    EXPECT_EQ(run.contexts[1].kind, "exception");
    EXPECT_EQ(run.contexts[1].name, "SVCall");
    EXPECT_EQ(run.contexts[1].number, 11);
    EXPECT_EQ(run.contexts[1].activations, 2u);
    EXPECT_EQ(run.contexts[1].stack, 8u + 16);
    EXPECT_EQ(function(run, "asking").total_cycles, run.calls[1].self_cycles);
    EXPECT_EQ(function(run, "handler").total_cycles, run.contexts[1].cycles);
    EXPECT_EQ(
        run.layers.at(0).cycles + run.layers.at(1).cycles, function(run, "asking").total_cycles);
    EXPECT_GE(run.layers.back().cycles, run.contexts[1].cycles);
    EXPECT_EQ(function(run, "asking").stack, 8u + 32); // with what the exception pushed
}

TEST_F(RecorderTest, FollowsAContextToAnotherStack)
{
    traces::Profile run
        = profile("push {r4, lr}\nldr r0, =0x20002000\nmsr psp, r0\nmovs r0, #2\nmsr control, "
                  "r0\nisb\nmovs r0, #1\nbl outer\nexit 0");
    EXPECT_EQ(function(run, "outer").stack, 8u + 16);
    EXPECT_LE(function(run, "start").stack, 8u);
    EXPECT_EQ(run.contexts.at(0).stack, 8u + 16);
    EXPECT_EQ(run.memory.sram_stack, 8u + 16);
}

TEST_F(RecorderTest, MeasuresTheHeap)
{
    // The heap begins at 0x20001000 and may grow by 256 bytes.
    traces::Profile run
        = profile("movs r0, #0\nbl _sbrk\nmovs r0, #96\nbl _sbrk\nmovs r0, #160\nbl "
                  "_sbrk\nmovs r0, #1\nbl _sbrk\nldr r0, =-160\nbl _sbrk\nexit 0",
            {}, {}, Recorder::LayerRows::by_call,
            "function _sbrk\nldr r3, =0x20000000\nldr r1, [r3]\nadds r2, r1, r0\ncmp r2, #256\nbgt "
            "1f\nstr "
            "r2, [r3]\nldr r3, =0x20001000\nadds r0, r1, r3\nbx lr\n1: mov r0, #-1\nbx lr\n.pool\n"
            "endfunction _sbrk\n");
    EXPECT_EQ(run.memory.sram_heap, 256u);
    EXPECT_EQ(profile("exit 0").memory.sram_heap, 0u);
}

TEST_F(RecorderTest, MakesEachCallOfAMatchingFunctionALayer)
{
    traces::Profile run = profile(
        "movs r0, #1\nbl outer\nbl leaf\nmovs r0, #2\nbl outer\nexit 0", "^(outer|leaf)$");
    EXPECT_THAT(titles(run), ElementsAre("outer #1", "leaf", "outer #2", ""));
    EXPECT_EQ(run.layers.back().index, -1);
    EXPECT_EQ(run.layers[0].stack, 8u + 16);
    EXPECT_EQ(run.layers[2].stack, 16u + 16);
    EXPECT_GT(run.layers[2].start_cycle, run.layers[1].start_cycle);
    EXPECT_EQ(run.layers[0].cycles + run.layers[2].cycles, function(run, "outer").total_cycles);
}

TEST_F(RecorderTest, FoldsTheLayersThatAreTooMany)
{
    traces::Profile run
        = profile("ldr r7, =10020\n1: bl leaf\nsubs r7, #1\nbne 1b\nmovs r0, #1\nbl outer\nexit 0",
            "leaf|outer");
    ASSERT_EQ(run.layers.size(), 10'003u);
    EXPECT_EQ(run.layers[9'999].title, "leaf #10000");
    EXPECT_EQ(run.layers[10'000].title, "leaf #10001-10020");
    EXPECT_EQ(run.layers[10'001].title, "outer");
    ASSERT_EQ(run.warnings.size(), 2u);
    EXPECT_EQ(run.warnings[1].code, "folded_layers");
    EXPECT_EQ(run.warnings[1].count, 20u);
}

TEST_F(RecorderTest, CountsWithinAWindowOnly)
{
    traces::Profile run = profile("bl leaf\nmovs r0, #1\nbl outer\nbl leaf\nexit 0", {}, "outer");
    EXPECT_THAT(calls(run), ElementsAre("outer 1", "outer/leaf 2"));
    EXPECT_EQ(run.functions.size(), 2u);
    EXPECT_EQ(function(run, "outer").total_cycles, run.total.cycles);
    EXPECT_EQ(function(run, "leaf").calls, 2u);
    EXPECT_EQ(run.contexts.at(0).deepest_depth, 2u);
    EXPECT_EQ(run.contexts.at(0).activations, 1u);
    EXPECT_GT(run.total.cycles_outside_inference, 0u);
}

TEST_F(RecorderTest, KeepsWhatRanBeforeAFault)
{
    // The vectors of all handlers are zero.
    traces::Profile run = profile("b 1f\n.skip 64\n1: movs r0, #1\nbl outer\nbl failing\nexit 0",
        "outer", {}, Recorder::LayerRows::by_call,
        "function failing\nldr r0, =0x10000000\nnop\nldr r1, [r0]\nbx lr\n.pool\nendfunction "
        "failing\n");
    const traces::Outcome& outcome = run.run.outcome;
    EXPECT_EQ(outcome.reason, "unmapped_access");
    EXPECT_EQ(outcome.function, "failing");
    EXPECT_EQ(outcome.instruction, "ldr r1, [r0]");
    ASSERT_EQ(outcome.registers.size(), 17u);
    EXPECT_EQ(outcome.registers[0], 0x10000000u);
    EXPECT_EQ(outcome.registers[15], outcome.pc);
    EXPECT_EQ(outcome.registers[16] & 1u << 24, 1u << 24); // xPSR: Thumb
    ASSERT_EQ(outcome.call_stack.size(), 2u);
    EXPECT_EQ(outcome.call_stack[0].function, "failing");
    EXPECT_EQ(outcome.call_stack[1].function, "start");
    EXPECT_THAT(titles(run), ElementsAre("outer", ""));
    EXPECT_GT(function(run, "leaf").self_cycles, 0u);
}

TEST(LayerPattern, IsAnExpressionThatEnds)
{
    if (!support::has_cross_assembler())
        GTEST_SKIP() << "no arm-none-eabi-gcc";
    auto image = sim_tests::firmware(mcu::load_chip("generic-m4"), "exit 0", functions);
    EXPECT_EQ(record::functions_matching("^out", *image).size(), 1u);
    EXPECT_EQ(record::functions_matching("(((((e*)*)*)*)*)*$", *image).size(), 3u);
    auto refusal = [&](const std::string& pattern) {
        try {
            record::functions_matching(pattern, *image);
        } catch (const base::InputError& error) {
            return std::string(error.what());
        }
        return std::string("no refusal");
    };
    EXPECT_THAT(refusal("("), HasSubstr("--layers '(': expected a regular expression"));
    EXPECT_THAT(refusal("(a)\\1"), HasSubstr("back-references"));
    EXPECT_THAT(refusal("Eval"), HasSubstr("found none like it among 3 functions"));
    EXPECT_THAT(refusal(std::string(2'000, 'a')), HasSubstr("at most 1000 characters"));
}

} // namespace
