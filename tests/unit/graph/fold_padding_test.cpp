// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/fold_padding.h"

#include "mcu_models/graph/constant_values.h"
#include "mcu_models/graph/interpreter.h"
#include "mcu_models/graph/tflite_reader.h"
#include "mcu_models/graph/validate.h"
#include "tests/unit/graph/sample_graphs.h"
#include "tests/unit/graph/shared_models.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace graph;

int pads_of(const ModelGraph& graph)
{
    return static_cast<int>(
        std::ranges::count(graph.operators, OperatorCode::pad, &Operator::code));
}

/// PAD {1 above, 1 right}, then CONV_2D 3x3 stride 2 SAME of 10x9.
ModelGraph padded() { return samples::convolutions(); }

TensorBytes pattern(const Tensor& tensor)
{
    TensorBytes bytes(static_cast<std::size_t>(tensor.bytes()));
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(i * 37 + 11);
    return bytes;
}

TEST(FoldPadding, AddsThePaddingToTheMarginsOfTheConvolution)
{
    const Margins before = padded().operators[1].as<ConvolutionOptions>().padding;
    EXPECT_EQ(before, (Margins {0, 1, 1, 1}));
    const FoldedGraph folded = fold_padding(padded());
    const Operator& convolution = folded.graph.operators[0];
    EXPECT_EQ(convolution.as<ConvolutionOptions>().padding, (Margins {1, 1, 1, 2}));
    EXPECT_EQ(folded.graph.tensor(convolution.inputs[0]).shape, (std::vector {1, 9, 8, 3}));
    EXPECT_EQ(pads_of(folded.graph), 0);
}

TEST(FoldPadding, RemembersTheOperatorsAsTheyWere)
{
    const FoldedGraph folded = fold_padding(padded());
    EXPECT_EQ(folded.original_operator, (std::vector {1, 2, 3, 4, 5, 6, 7}));
}

TEST(FoldPadding, ComputesTheSame)
{
    const ModelGraph graph = padded();
    const std::vector<TensorBytes> inputs = {pattern(graph.tensor(graph.inputs[0]))};
    const Interpretation expected = interpret(graph, inputs);
    const FoldedGraph folded = fold_padding(graph);
    const Interpretation found = interpret(folded.graph, inputs);
    ASSERT_EQ(found.outputs.size(), folded.original_operator.size());
    for (std::size_t i = 0; i < found.outputs.size(); ++i)
        EXPECT_EQ(found.outputs[i],
            expected.outputs[static_cast<std::size_t>(folded.original_operator[i])]);
}

TEST(FoldPadding, FoldsSeveralPadsInARow)
{
    ModelGraph graph = padded();
    // The first half of the padding by one PAD, the rest by the next.
    Tensor between = graph.tensor(graph.inputs[0]);
    between.shape = {1, 10, 8, 3};
    graph.tensors.push_back(between);
    graph.tensors.push_back(int32_constant("rest", {4, 2}, {0, 0, 0, 0, 0, 1, 0, 0}));
    graph.tensors.push_back(int32_constant("half", {4, 2}, {0, 0, 1, 0, 0, 0, 0, 0}));
    const int count = static_cast<int>(graph.tensors.size());
    Operator first {OperatorCode::pad, {graph.inputs[0], count - 1}, {count - 3}, {}};
    graph.operators[0].inputs = {count - 3, count - 2};
    graph.operators.insert(graph.operators.begin(), first);
    validate(graph, "two pads");
    const FoldedGraph folded = fold_padding(graph);
    EXPECT_EQ(pads_of(folded.graph), 0);
    EXPECT_EQ(folded.graph.operators[0].as<ConvolutionOptions>().padding, (Margins {1, 1, 1, 2}));
    EXPECT_EQ(folded.original_operator.front(), 2);
}

TEST(FoldPadding, DropsAPadOfNothing)
{
    ModelGraph graph = padded();
    // In front of the softmax, where there is nothing to fold into.
    Operator& softmax = graph.operators.back();
    const TensorIndex from = softmax.inputs[0];
    graph.tensors.push_back(graph.tensor(from));
    graph.tensors.push_back(int32_constant("none", {2, 2}, {0, 0, 0, 0}));
    const int count = static_cast<int>(graph.tensors.size());
    softmax.inputs[0] = count - 2;
    graph.operators.insert(
        graph.operators.end() - 1, {OperatorCode::pad, {from, count - 1}, {count - 2}, {}});
    validate(graph, "pad of nothing");
    const FoldedGraph folded = fold_padding(graph);
    EXPECT_EQ(pads_of(folded.graph), 0);
    EXPECT_EQ(folded.graph.operators.back().inputs[0], from);
    EXPECT_EQ(folded.original_operator.back(), 8);
}

TEST(FoldPadding, KeepsAPadThatSomethingElseNeeds)
{
    ModelGraph as_output = padded();
    as_output.outputs.push_back(as_output.operators[0].outputs[0]);
    EXPECT_EQ(pads_of(fold_padding(as_output).graph), 1);

    ModelGraph rescaled = padded();
    rescaled.tensor(rescaled.operators[0].outputs[0]).quantization.zero_point = {3};
    EXPECT_EQ(pads_of(fold_padding(rescaled).graph), 1);

    ModelGraph read_twice = padded();
    const TensorIndex pad_output = read_twice.operators[0].outputs[0];
    Tensor copy = read_twice.tensor(pad_output);
    copy.shape = {1, 270};
    read_twice.tensors.push_back(copy);
    const auto last = static_cast<TensorIndex>(read_twice.tensors.size() - 1);
    read_twice.operators.push_back({OperatorCode::reshape, {pad_output}, {last}, {}});
    read_twice.outputs.push_back(last);
    EXPECT_EQ(pads_of(fold_padding(read_twice).graph), 1);
}

TEST(FoldPadding, KeepsAPadOfChannels)
{
    ModelGraph graph = padded();
    graph.tensor(graph.inputs[0]).shape = {1, 10, 9, 2};
    Tensor& paddings = graph.tensor(graph.operators[0].inputs[1]);
    paddings = int32_constant("paddings", {4, 2}, {0, 0, 0, 0, 0, 0, 1, 0});
    validate(graph, "pad of channels");
    EXPECT_EQ(pads_of(fold_padding(graph).graph), 1);
}

TEST(FoldPadding, LeavesNoPadInTheSharedModels)
{
    if (!shared_models::exist())
        GTEST_SKIP() << "no networks beside the repository";
    for (const auto& row : shared_models::rows()) {
        const ModelGraph graph = read_tflite(shared_models::bytes_of(row), row.file);
        const FoldedGraph folded = fold_padding(graph);
        EXPECT_EQ(pads_of(folded.graph), 0) << row.file;
        EXPECT_EQ(macs_of(folded.graph), row.macs) << row.file;
    }
}

} // namespace
