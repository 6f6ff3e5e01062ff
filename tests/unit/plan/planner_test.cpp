// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/planner.h"

#include "base/input_error.h"
#include "profiler/plan/execution_plan.h"
#include "profiler/plan/overwritable.h"
#include "tests/unit/graph/sample_graphs.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace plan {
namespace {

ExecutionPlan plan_of(const graph::ModelGraph& graph, Planner planner, KernelSet kernels = KernelSet::reference)
{
    return make_plan(graph, mcu::load_core("cortex-m4"), kernels, {}, {.planner = planner});
}

graph::Tensor tensor(const char* name, std::vector<int> shape)
{
    return {name, graph::ElementType::int8, std::move(shape), {{0.5F}, {3}, 0}, nullptr};
}

/// An image of 8x8x16 through a depthwise 3x3 of stride 2 into 4x4x16, then RELU.
graph::ModelGraph depthwise_then_relu()
{
    graph::ModelGraph graph;
    graph.name = "depthwise";
    graph.tensors = {tensor("image", {1, 8, 8, 16}), tensor("weights", {1, 3, 3, 16}), tensor("quarter", {1, 4, 4, 16}),
        tensor("out", {1, 4, 4, 16})};
    graph.tensors[1].data = std::make_shared<std::vector<std::uint8_t>>(144, std::uint8_t {1});
    graph.tensors[1].quantization.zero_point = {0};
    graph::ConvolutionOptions options {.stride_height = 2, .stride_width = 2, .padding = {0, 1, 0, 1}};
    graph.operators = {{graph::OperatorCode::depthwise_conv_2d, {0, 1, graph::no_tensor}, {2}, options},
        {graph::OperatorCode::relu, {2}, {3}, {}}};
    graph.inputs = {0};
    graph.outputs = {3};
    return graph;
}

TEST(Planner, HasANameEach)
{
    for (const PlannerInfo& info : planner_infos)
        EXPECT_EQ(planner_named(name_of(info.planner)), info.planner);
    EXPECT_THROW(
        {
            try {
                planner_named("clever");
            } catch (const base::InputError& error) {
                EXPECT_NE(std::string(error.what()).find("greedy"), std::string::npos);
                EXPECT_NE(std::string(error.what()).find("'clever'"), std::string::npos);
                throw;
            }
        },
        base::InputError);
}

TEST(Planner, DepthwiseAndActivationsComputeInPlace)
{
    const graph::ModelGraph graph = depthwise_then_relu();
    const ExecutionPlan greedy = plan_of(graph, Planner::greedy), in_place = plan_of(graph, Planner::inplace);
    EXPECT_EQ(greedy.arena_bytes, 1024u + 256u);
    EXPECT_EQ(in_place.arena_bytes, 1024u + 64u); // and a plane of 8x8
    EXPECT_EQ(in_place.steps[0].kernel->name, "mcuprof_reference_depthwise_conv_2d_in_place_int8");
    EXPECT_EQ(in_place.steps[0].overwrites, 0);
    EXPECT_EQ(in_place.steps[1].overwrites, 2);
    EXPECT_EQ(greedy.steps[0].overwrites, std::nullopt);
    EXPECT_EQ(in_place.planner, "inplace");
    EXPECT_EQ(in_place.peak_step, 0);
}

TEST(Planner, WhatIsNeededLaterIsNotOverwritten)
{
    graph::ModelGraph graph = depthwise_then_relu();
    graph.outputs = {3, 2, 0};
    for (const auto& inputs : overwritable_inputs(graph))
        EXPECT_TRUE(inputs.empty());
    const ExecutionPlan plan = plan_of(graph, Planner::inplace);
    EXPECT_EQ(plan.arena_bytes, 1024u + 256u + 256u);
}

/// A network whose peak is elsewhere keeps its faster kernels.
TEST(Planner, KernelsAreGivenUpOnlyWhereThatSavesMemory)
{
    graph::ModelGraph graph = depthwise_then_relu();
    graph.tensors[0].shape = {1, 4, 4, 16};
    graph.tensors[2].shape = {1, 2, 2, 16};
    graph.tensors[3].shape = {1, 2, 2, 16};
    graph.tensors.push_back(tensor("large", {1, 16, 16, 16}));
    graph.tensors.push_back(tensor("larger", {1, 16, 16, 16}));
    graph.operators.insert(graph.operators.begin(), {graph::OperatorCode::relu, {4}, {5}, {}});
    graph.inputs = {0, 4};
    const ExecutionPlan plan = plan_of(graph, Planner::inplace);
    EXPECT_EQ(plan.steps[1].kernel->name, "mcuprof_reference_depthwise_conv_2d_int8");
    EXPECT_EQ(plan.steps[0].overwrites, 4);
    EXPECT_EQ(plan.peak_step, 0);
}

TEST(Planner, NoneIsEverAboveTheOneBefore)
{
    for (auto sample : {samples::convolutions, samples::everything_else, samples::legacy, samples::wide})
        for (KernelSet kernels : {KernelSet::reference, KernelSet::dsp}) {
            std::uint64_t before = ~std::uint64_t {0};
            for (const PlannerInfo& info : planner_infos) {
                const ExecutionPlan plan = plan_of(sample(), info.planner, kernels);
                EXPECT_TRUE(is_sound(plan.buffers)) << info.name;
                EXPECT_LE(plan.arena_bytes, before) << info.name;
                EXPECT_GE(plan.arena_bytes, plan.placement.bound) << info.name;
                before = plan.arena_bytes;
            }
        }
}

} // namespace
} // namespace plan
