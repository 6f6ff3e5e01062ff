// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/patches.h"

#include "base/input_error.h"
#include "mcu_models/graph/fold_padding.h"
#include "mcu_models/graph/interpreter.h"
#include "mcu_models/graph/validate.h"
#include "mcu_models/network_builder.h"
#include "profiler/plan/patch_choice.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace plan {
namespace {

graph::ModelGraph network(const char* name) { return graph::fold_padding(networks::build_network(name)).graph; }

std::vector<graph::TensorBytes> outputs_of(const graph::ModelGraph& graph)
{
    graph::TensorBytes input(static_cast<std::size_t>(graph.tensor(graph.inputs.at(0)).bytes()));
    for (std::size_t i = 0; i < input.size(); ++i)
        input[i] = static_cast<std::uint8_t>(i * 37 + 11);
    return graph::interpret(graph, {input}).network_outputs;
}

std::string complaint(const graph::ModelGraph& graph, const char* grid)
{
    try {
        split_into_patches(graph, parse_patch_grid(grid));
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "";
}

TEST(Patches, ComputeWhatTheWholeNetworkComputes)
{
    const graph::ModelGraph whole = network("mcunet-vww0@48");
    const auto expected = outputs_of(whole);
    // Through residuals (12 layers), over stride 2, one side only, and with a patch for every pixel.
    for (const char* grid : {"2x2@5", "3x2@3", "1x4@1", "4x1@6", "2x3@10", "3x3@12", "6x6@5"}) {
        const PatchedGraph patched = split_into_patches(whole, parse_patch_grid(grid));
        graph::validate(patched.graph, grid);
        EXPECT_EQ(outputs_of(patched.graph), expected) << grid;
        EXPECT_EQ(patched.patch.size(), patched.graph.operators.size());
        EXPECT_GE(graph::macs_of(patched.graph), graph::macs_of(whole)) << grid;
    }
}

TEST(Patches, OneLayerOfOneByOneComputesNothingTwice)
{
    graph::ModelGraph whole = network("mcunet-vww0@48");
    EXPECT_EQ(graph::macs_of(split_into_patches(whole, {1, 1, 5}).graph), graph::macs_of(whole));
    EXPECT_GT(graph::macs_of(split_into_patches(whole, {2, 2, 5}).graph), graph::macs_of(whole));
}

TEST(Patches, AreNamedByRowAndColumn)
{
    const PatchedGraph patched = split_into_patches(network("mcunet-vww0@48"), {2, 2, 2});
    EXPECT_EQ(patched.patch.front(), "1,1");
    EXPECT_EQ(std::ranges::count(patched.patch, "2,1"), 3); // a cut and two layers
    EXPECT_EQ(patched.patch.back(), "");
    ExecutionPlan plan = make_plan(patched.graph, mcu::load_core("cortex-m4"), KernelSet::reference);
    describe_patches(plan, {patched, PatchGrid {2, 2, 2}, 1});
    EXPECT_EQ(plan.planner, "patch 2x2@2");
    EXPECT_EQ(plan.steps[1].function, "layer_001_conv_2d_patch_1_1");
}

TEST(Patches, RefusalsSayWhatWouldDo)
{
    const graph::ModelGraph whole = network("mcunet-vww0@48");
    EXPECT_NE(complaint(whole, "5x2@5").find("expected rows that divide the 12 of 12x12 behind layer 5: 1, 2, 3, 4, 6, 12"), std::string::npos)
        << complaint(whole, "5x2@5");
    EXPECT_NE(complaint(whole, "2x5@5").find("expected columns that divide the 12"), std::string::npos);
    EXPECT_NE(complaint(whole, "2x2@7").find("numbers of layers that would do: 1, 2, 3, 4, 5, 6, 10"), std::string::npos)
        << complaint(whole, "2x2@7"); // within a residual block
    EXPECT_NE(complaint(whole, "2x2@500").find("expected at most"), std::string::npos);
    for (const char* text : {"", "2", "2x2", "2x@5", "0x2@5", "2x2@0", "2x2@5 ", "-1x2@5", "2x2@99999999999"})
        EXPECT_THROW(parse_patch_grid(text), base::InputError) << text;
    EXPECT_EQ(text_of(parse_patch_grid("4x3@8")), "4x3@8");
}

TEST(Patches, TheChosenGridTakesLessThanNone)
{
    const graph::ModelGraph whole = network("mcunet-vww0@48");
    const mcu::CoreModel core = mcu::load_core("cortex-m4");
    const PatchChoice choice = choose_patches(whole, core, KernelSet::dsp, {.planner = Planner::patch});
    ASSERT_TRUE(choice.grid);
    EXPECT_LT(arena_in_place(choice.network.graph, core, KernelSet::dsp), arena_in_place(whole, core, KernelSet::dsp));
    const PatchChoice none = choose_patches(whole, core, KernelSet::dsp, {.planner = Planner::inplace});
    EXPECT_FALSE(none.grid);
    EXPECT_EQ(none.network.graph.operators.size(), whole.operators.size());
}

} // namespace
} // namespace plan
