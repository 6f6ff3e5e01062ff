// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "base/text_table.h"
#include "profiler/report/arena_map.h"
#include "profiler/report/call_tables.h"
#include "profiler/report/code_tables.h"
#include "profiler/report/layer_table.h"
#include "profiler/report/text_report.h"
#include "tests/support/expected_text.h"
#include "tests/support/sample_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

using namespace report;
using support::sample_profile;
using testing::HasSubstr;
using testing::Not;
using traces::Profile;

namespace {

void expect_file(const std::string& name, const std::string& text)
{
    support::expect_text(SOURCE_DIR "/tests/unit/report/" + name + ".expected", text);
}

std::string refusal(auto&& action)
{
    try {
        action();
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "no refusal";
}

/// A kernel of 40 lines, each with its number.
std::optional<std::string> numbered_lines(const std::string& file)
{
    if (file != "kernels/dsp/convolution_s8_dsp.c")
        return {};
    std::string text;
    for (int i = 1; i <= 40; ++i)
        text += "\tline " + std::to_string(i) + ";\r\n";
    return text;
}

/// The sample, where a pair of instructions came from an inlined function and one function recurs.
Profile with_more()
{
    Profile profile = sample_profile();
    profile.instructions[1].inlined = profile.instructions[2].inlined = "multiply_accumulate";
    profile.calls[1].self_cycles -= 9'900;
    profile.calls.push_back({1, 0, "mcuprof_convolution_s8_dsp", 0x0800'0100, true, 3, 0, 700'000});
    profile.calls.push_back({1, 0, "memcpy", 0x0800'0600, false, 12, 9'900, 9'900});
    profile.contexts[0].deepest_depth = 5;
    return profile;
}

} // namespace

TEST(CallTree, BeginsWithWhatCostsMost) { expect_file("calls", call_tree(with_more())); }

TEST(CallTree, ShowsEverythingIfAsked)
{
    std::string text = call_tree(with_more(), {}, 0);
    EXPECT_THAT(text, HasSubstr("memcpy"));
    EXPECT_THAT(text, HasSubstr("SysTick_Handler"));
    EXPECT_THAT(text, Not(HasSubstr("left out")));
}

TEST(CallNeighbors, AreCallersAndCallees)
{
    expect_file("call_neighbors", call_neighbors(with_more(), "mcuprof_convolution_s8_dsp"));
    EXPECT_THAT(call_neighbors(with_more(), "SysTick_Handler"), HasSubstr("[exception SysTick]"));
}

TEST(CallNeighbors, SuggestNames)
{
    EXPECT_EQ(refusal([] { call_neighbors(sample_profile(), "model_invok"); }),
        "function 'model_invok': was not called; did you mean model_invoke?");
    EXPECT_EQ(refusal([] { call_neighbors(Profile {}, "main"); }),
        "function 'main': was not called; the run has no calls recorded");
}

TEST(StackTable, ShowsContextsAndFunctions) { expect_file("stack", stack_table(with_more())); }

TEST(LineListing, ShowsTheSourceAroundWhatRan)
{
    expect_file("lines", line_listing(sample_profile(), "convolution_s8_dsp.c", numbered_lines));
}

TEST(LineListing, DoesWithoutTheFile)
{
    auto nothing = [](const std::string&) { return std::optional<std::string> {}; };
    std::string text = line_listing(sample_profile(), "dsp/convolution_s8_dsp.c", nothing);
    EXPECT_THAT(text, HasSubstr("the file is not there: lines without text"));
    EXPECT_THAT(text, HasSubstr("    34 "));
    EXPECT_THAT(text, Not(HasSubstr("    32 ")));
    auto shorter = [](const std::string&) { return std::optional<std::string>("one\n"); };
    EXPECT_THAT(line_listing(sample_profile(), "convolution_s8_dsp.c", shorter),
        HasSubstr("the file has changed since"));
}

TEST(LineListing, NamesTheFilesThatThereAre)
{
    // A part of a name is not the name.
    EXPECT_EQ(refusal([] { line_listing(sample_profile(), "s8_dsp.c", numbered_lines); }),
        "source file 's8_dsp.c': nothing of it ran; what ran is in convolution_s8_dsp.c, model.c, "
        "fully_connected_s8.c");
    EXPECT_THAT(refusal([] { line_listing(Profile {}, "main.c", numbered_lines); }),
        HasSubstr("compile it with -g"));
}

TEST(BlockTable, CutsWhereBranchesLeaveAndArrive)
{
    Profile profile = sample_profile();
    profile.instructions[2].text = "bne #0x8000124";
    expect_file("blocks", block_table(profile));
}

TEST(LayerCalls, ShowEveryLayer) { expect_file("layer_calls", layer_calls(sample_profile())); }

TEST(ArenaMap, ShowsWhenAndWhereTensorsLive)
{
    const std::string text = arena_map(sample_profile());
    EXPECT_THAT(text, HasSubstr("512   8000     0-1  layer_000 output   ██·"));
    EXPECT_THAT(text, HasSubstr("16384    640     0-0  layer_000 scratch  ▒··"));
    EXPECT_THAT(text, HasSubstr("8512   7872     1-2  layer_001 output   ·██"));
    EXPECT_THAT(text, HasSubstr("layer 1 ("));
}

TEST(ArenaMap, CountsBytesThatTensorsShareOnce)
{
    Profile profile = sample_profile();
    profile.arena = {{"in", "activation", 0, 1000, 0, 1}, {"in place", "activation", 0, 250, 1, 2}, {"out", "activation", 400, 800, 2, 2}};
    EXPECT_EQ(arena_peak(profile).layer, 2);
    EXPECT_EQ(arena_peak(profile).bytes, 1050u);
    profile.arena.clear();
    EXPECT_EQ(arena_peak(profile).layer, -1);
    EXPECT_THAT(arena_map(profile), HasSubstr("no arena"));
}

TEST(LayerTable, SumsUpTheLayersThatAreTooMany)
{
    std::string text = layer_table(sample_profile(), {}, 1);
    EXPECT_THAT(text, HasSubstr("conv 10x4"));
    EXPECT_THAT(text, HasSubstr("(2 others)"));
    EXPECT_THAT(text, Not(HasSubstr("depthwise")));
}

TEST(FunctionTable, CanGiveInlinedFunctionsRows)
{
    std::string text = function_table(with_more(), {}, 1000, Inlined::itself);
    expect_file("functions_inlined", text);
}

TEST(Views, ComeToAnEndWhateverTheProfile)
{
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
        Profile profile = support::random_profile(seed);
        TextStyle style {seed % 3 * 60, seed % 2 == 0};
        EXPECT_NE(call_tree(profile, style, 0), "");
        EXPECT_NE(stack_table(profile, style), "");
        EXPECT_NE(block_table(profile, style), "");
        EXPECT_NE(layer_calls(profile, style), "");
        EXPECT_NE(arena_map(profile, style), "");
        EXPECT_NE(function_table(profile, style, 10, Inlined::itself), "");
        for (const traces::Instruction& instruction : profile.instructions)
            if (!instruction.file.empty()) {
                EXPECT_NE(line_listing(profile, instruction.file, numbered_lines, style), "");
            }
    }
}

TEST(Views, FitANarrowTerminal)
{
    for (std::size_t width : {70u, 80u, 100u})
        for (const std::string& text :
            {call_tree(with_more(), {width}), stack_table(with_more(), {width}),
                block_table(with_more(), {width}), layer_calls(with_more(), {width}),
                line_listing(with_more(), "convolution_s8_dsp.c", numbered_lines, {width}),
                call_neighbors(with_more(), "model_invoke", {width})}) {
            std::istringstream lines(text);
            for (std::string line; std::getline(lines, line);)
                EXPECT_LE(base::display_width(line), width) << text;
        }
}
