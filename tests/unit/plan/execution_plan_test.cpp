// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/execution_plan.h"

#include "base/input_error.h"
#include "tests/unit/graph/sample_graphs.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace plan {
namespace {

mcu::CoreModel core(const char* name) { return mcu::load_core(name); }

const Step& first_step(const ExecutionPlan& plan, graph::OperatorCode code)
{
    return *std::ranges::find(plan.steps, code, &Step::code);
}

const ArenaBuffer& buffer_of(const ExecutionPlan& plan, graph::TensorIndex tensor)
{
    return plan.buffers.at(*plan.places.at(static_cast<std::size_t>(tensor)).buffer);
}

/// Two int8 elements-wise operators in a row on 4 elements: relu -> mul with itself.
graph::ModelGraph relu_then_square()
{
    graph::ModelGraph graph;
    graph.name = "folder/small.tflite";
    for (const char* name : {"in", "middle", "out"})
        graph.tensors.push_back(
            {name, graph::ElementType::int8, {1, 4}, {{0.5F}, {3}, 0}, nullptr});
    graph.operators.push_back({graph::OperatorCode::relu, {0}, {1}, {}});
    graph.operators.push_back(
        {graph::OperatorCode::mul, {1, 1}, {2}, graph::ElementwiseOptions {}});
    graph.inputs = {0};
    graph.outputs = {2};
    return graph;
}

TEST(ExecutionPlan, DspKernelsNeedACoreThatHasThem)
{
    graph::ModelGraph graph = samples::convolutions();
    const auto set_on = [&](const char* name, KernelSet set) {
        ExecutionPlan plan = make_plan(graph, core(name), set);
        return first_step(plan, graph::OperatorCode::conv_2d).kernel->set;
    };
    EXPECT_EQ(set_on("cortex-m4", KernelSet::dsp), KernelSet::dsp);
    EXPECT_EQ(set_on("cortex-m4", KernelSet::reference), KernelSet::reference);
    EXPECT_EQ(set_on("cortex-m3", KernelSet::dsp), KernelSet::small);
    EXPECT_EQ(set_on("cortex-m0plus", KernelSet::dsp), KernelSet::small);
}

TEST(ExecutionPlan, WhatDspHasNoKernelForTakesTheReference)
{
    ExecutionPlan plan = make_plan(samples::convolutions(), core("cortex-m4"), KernelSet::dsp);
    EXPECT_EQ(first_step(plan, graph::OperatorCode::softmax).kernel->set, KernelSet::reference);
}

TEST(ExecutionPlan, LifetimesGoFromWriterToLastReader)
{
    ExecutionPlan plan = make_plan(relu_then_square(), core("cortex-m4"), KernelSet::reference);
    EXPECT_EQ(buffer_of(plan, 0), (ArenaBuffer {"in", BufferKind::activation, 0, 4, 0, 0}));
    EXPECT_EQ(buffer_of(plan, 1), (ArenaBuffer {"middle", BufferKind::activation, 16, 4, 0, 1}));
    EXPECT_EQ(buffer_of(plan, 2), (ArenaBuffer {"out", BufferKind::activation, 0, 4, 1, 1}));
    EXPECT_EQ(plan.arena_bytes, 32u);
    EXPECT_EQ(plan.activation_peak, 8u);
}

TEST(ExecutionPlan, ReshapeSharesTheBytesOfItsInput)
{
    graph::ModelGraph graph = samples::convolutions();
    ExecutionPlan plan = make_plan(graph, core("cortex-m4"), KernelSet::dsp);
    const Step& reshape = first_step(plan, graph::OperatorCode::reshape);
    EXPECT_FALSE(reshape.kernel);
    const graph::Operator& op = graph.operators.at(static_cast<std::size_t>(reshape.index));
    EXPECT_EQ(&buffer_of(plan, op.inputs[0]), &buffer_of(plan, op.outputs[0]));
    EXPECT_GT(buffer_of(plan, op.outputs[0]).last, reshape.index);
}

TEST(ExecutionPlan, NothingAliveOverlaps)
{
    for (auto sample :
        {samples::convolutions, samples::everything_else, samples::legacy, samples::wide}) {
        ExecutionPlan plan = make_plan(sample(), core("cortex-m4"), KernelSet::dsp);
        for (const ArenaBuffer& a : plan.buffers)
            for (const ArenaBuffer& b : plan.buffers)
                EXPECT_TRUE(&a == &b || !alive_together(a, b) || a.offset + a.bytes <= b.offset
                    || b.offset + b.bytes <= a.offset)
                    << a.name << " and " << b.name;
    }
}

TEST(ExecutionPlan, ScratchLivesForOneStep)
{
    ExecutionPlan plan = make_plan(samples::convolutions(), core("cortex-m4"), KernelSet::dsp);
    int with_scratch = 0;
    for (const Step& step : plan.steps)
        if (step.scratch) {
            ++with_scratch;
            const ArenaBuffer& scratch = plan.buffers.at(*step.scratch);
            EXPECT_EQ(scratch.kind, BufferKind::scratch);
            EXPECT_EQ(scratch.first, step.index);
            EXPECT_EQ(scratch.last, step.index);
        }
    EXPECT_GT(with_scratch, 0);
}

TEST(ExecutionPlan, EqualConstantsAreCountedOnce)
{
    graph::ModelGraph graph = relu_then_square();
    graph.tensors.push_back(graph.tensors[0]);
    graph.tensors.push_back(graph.tensors[0]);
    graph.tensors[3].data = std::make_shared<std::vector<std::uint8_t>>(4, std::uint8_t {9});
    graph.tensors[4].data = std::make_shared<std::vector<std::uint8_t>>(4, std::uint8_t {9});
    graph.operators[0] = {graph::OperatorCode::mul, {0, 3}, {1}, graph::ElementwiseOptions {}};
    graph.operators[1].inputs = {1, 4};
    const auto bytes = [&] {
        return weight_bytes(make_plan(graph, core("cortex-m4"), KernelSet::reference), graph);
    };
    EXPECT_EQ(bytes(), 16U);
    graph.tensors[4].data = std::make_shared<std::vector<std::uint8_t>>(4, std::uint8_t {8});
    EXPECT_EQ(bytes(), 32U);
}

TEST(ExecutionPlan, AllUnsupportedOperatorsAreListed)
{
    graph::ModelGraph graph = relu_then_square();
    for (graph::Tensor& tensor : graph.tensors)
        tensor.type = graph::ElementType::float32;
    try {
        make_plan(graph, core("cortex-m4"), KernelSet::dsp);
        FAIL();
    } catch (const base::InputError& error) {
        EXPECT_STREQ(error.what(),
            "folder/small.tflite: 2 of 2 operators not supported (`mcuprof kernels` lists what "
            "is)\n"
            "  operator 0 (RELU): no kernel takes float32 to float32\n"
            "  operator 1 (MUL): no kernel takes float32 to float32");
    }
}

TEST(ExecutionPlan, MultipliersAreTensorFlowLites)
{
    ExecutionPlan plan = make_plan(relu_then_square(), core("cortex-m4"), KernelSet::reference);
    const Parameters& square = plan.steps.at(1).parameters;
    // 0.5 * 0.5 / 0.5 = 2^30 * 2^(0 - 31)
    EXPECT_EQ(integer(square, "output_multiplier"), 1 << 30);
    EXPECT_EQ(integer(square, "output_shift"), 0);
    EXPECT_EQ(integer(square, "input_1_offset"), -3);
    EXPECT_EQ(integer(square, "activation_min"), -128);
    EXPECT_EQ(integer(square, "broadcast"), 0);
}

TEST(ExecutionPlan, ReluIsATableOfStoredBytes)
{
    ExecutionPlan plan = make_plan(relu_then_square(), core("cortex-m4"), KernelSet::reference);
    const auto& parameters = plan.steps.at(0).parameters;
    auto field = std::ranges::find(parameters, "table", &Parameter::field);
    const Table& table = plan.tables.at(std::get<TablePointer>(field->value).table);
    ASSERT_EQ(table.values.size(), 256u);
    EXPECT_EQ(table.values[0], 3); // 0 is below the zero point
    EXPECT_EQ(table.values[3], 3);
    EXPECT_EQ(table.values[100], 100);
    EXPECT_EQ(table.values[200], 3); // -56
}

TEST(ExecutionPlan, PrintsItself)
{
    graph::ModelGraph graph = relu_then_square();
    const std::string text = dump(make_plan(graph, core("cortex-m4"), KernelSet::reference), graph);
    EXPECT_EQ(text.substr(0, text.find("  broadcast")),
        "plan of folder/small.tflite: reference kernels, 2 steps, arena 32 bytes (8 activations at "
        "most, 0 scratch)\n"
        "planner greedy: lower bound 32 bytes, reached, peak at step 0\n"
        "\n"
        "arena        0 + 4        steps   0 to 0   activation in\n"
        "arena       16 + 4        steps   0 to 1   activation middle\n"
        "arena        0 + 4        steps   1 to 1   activation out\n"
        "table 0: 256 of uint8_t, crc32 391e42d8\n"
        "\n"
        "layer_000_relu: mcuprof_reference_lookup\n"
        "  elements = 4\n"
        "  table = table 0\n"
        "  input = arena 0 'in'\n"
        "  output = arena 16 'middle'\n"
        "\n"
        "layer_001_mul: mcuprof_reference_mul_int8\n");
}

} // namespace
} // namespace plan
