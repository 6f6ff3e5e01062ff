// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/validate.h"

#include "base/input_error.h"
#include "mcu_models/graph/constant_values.h"
#include "tests/unit/graph/sample_graphs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace {

using namespace graph;
using enum OperatorCode;

Operator& first(ModelGraph& graph, OperatorCode code)
{
    return *std::ranges::find(graph.operators, code, &Operator::code);
}
Tensor& input(ModelGraph& graph, OperatorCode code, std::size_t i = 0)
{
    return graph.tensor(first(graph, code).inputs.at(i));
}
Tensor& output(ModelGraph& graph, OperatorCode code)
{
    return graph.tensor(first(graph, code).outputs.at(0));
}
template <class Options>
Options& options(ModelGraph& graph, OperatorCode code)
{
    return std::get<Options>(first(graph, code).options);
}

struct Case {
    const char* what; // expected in the message
    ModelGraph (*sample)();
    std::function<void(ModelGraph&)> spoil;
};

using samples::convolutions;
using samples::everything_else;
using samples::legacy;
using samples::wide;

const Case cases[] = {
    // structure
    {"(DEPTHWISE_CONV_2D): reads tensor 5", convolutions,
        [](auto& g) { std::swap(g.operators[1], g.operators[2]); }},
    {"network input 999", convolutions, [](auto& g) { g.inputs = {999}; }},
    {"network input listed twice", convolutions, [](auto& g) { g.inputs.push_back(g.inputs[0]); }},
    {"no network outputs", convolutions, [](auto& g) { g.outputs.clear(); }},
    {"that no operator writes", convolutions, [](auto& g) { g.outputs = g.inputs; }},
    {"input 1 is tensor -1", convolutions, [](auto& g) { first(g, pad).inputs[1] = no_tensor; }},
    {"written already", convolutions,
        [](auto& g) { first(g, max_pool_2d).outputs = g.operators[0].outputs; }},
    {"which is constant", convolutions,
        [](auto& g) { first(g, pad).outputs[0] = first(g, pad).inputs[1]; }},
    {"3 inputs", convolutions, [](auto& g) { first(g, pad).inputs.push_back(0); }},
    {"0 outputs", convolutions, [](auto& g) { first(g, softmax).outputs.clear(); }},
    {"options of another operator", convolutions,
        [](auto& g) { first(g, softmax).options = MeanOptions {}; }},
    {"needs 108 bytes of data; there are 3", convolutions,
        [](auto& g) {
            input(g, conv_2d, 1).data
                = std::make_shared<const std::vector<std::uint8_t>>(std::size_t {3});
        }},
    {"1 scales and 2 zero points", convolutions,
        [](auto& g) {
            g.tensors[0].quantization.zero_point = {0, 0};
        }},
    {"scale nan", convolutions, [](auto& g) { g.tensors[0].quantization.scale = {std::nanf("")}; }},
    // types
    {"weights are computed by the network", convolutions,
        [](auto& g) { first(g, conv_2d).inputs[1] = g.inputs[0]; }},
    {"weights of int8 with activations of uint8", legacy,
        [](auto& g) { input(g, conv_2d, 1).type = ElementType::int8; }},
    {"bias of int64 with activations of int8", convolutions,
        [](auto& g) {
            input(g, conv_2d, 2).type = ElementType::int64;
            input(g, conv_2d, 2).data
                = std::make_shared<const std::vector<std::uint8_t>>(std::size_t {32});
        }},
    {"inputs are int8 and uint8", everything_else,
        [](auto& g) { input(g, add, 1).type = ElementType::uint8; }},
    {"must be constant int32", everything_else,
        [](auto& g) { first(g, transpose).inputs[1] = first(g, transpose).inputs[0]; }},
    {"from float32 to int32", everything_else,
        [](auto& g) { output(g, quantize).type = ElementType::int32; }},
    // shapes
    {"(CONV_2D): 6 positions", convolutions,
        [](auto& g) { options<ConvolutionOptions>(g, conv_2d).padding.bottom = 3; }},
    {"each is at least 1", convolutions,
        [](auto& g) { options<ConvolutionOptions>(g, conv_2d).stride_width = 0; }},
    {"beyond 2^30", convolutions,
        [](auto& g) {
            options<ConvolutionOptions>(g, conv_2d).dilation_width
                = std::numeric_limits<int>::max();
        }},
    {"at most 2^28 elements", convolutions,
        [](auto& g) {
            auto& depthwise = options<ConvolutionOptions>(g, depthwise_conv_2d);
            depthwise.dilation_height = depthwise.dilation_width = 5000;
            depthwise.padding = {5000, 5000, 5000, 5000};
        }},
    {"negative padding", convolutions,
        [](auto& g) { options<PoolOptions>(g, max_pool_2d).padding.left = -1; }},
    {"a window lies in the padding only", convolutions,
        [](auto& g) {
            options<PoolOptions>(g, max_pool_2d).padding = {3, 0, 3, 0};
        }},
    {"with depth multiplier 3", convolutions,
        [](auto& g) { options<ConvolutionOptions>(g, depthwise_conv_2d).depth_multiplier = 3; }},
    {"bias of 8 for 4 output channels", convolutions,
        [](auto& g) { first(g, conv_2d).inputs[2] = first(g, depthwise_conv_2d).inputs[2]; }},
    {"1x2x1x8 becomes 1x15", convolutions,
        [](auto& g) {
            output(g, reshape).shape = {1, 15};
        }},
    {"output is 1x4x6x3, expected 1x4x6x2", everything_else,
        [](auto& g) {
            output(g, mul).shape = {1, 4, 6, 3};
        }},
    {"axis 5 of 4 dimensions", everything_else,
        [](auto& g) { options<AxisOptions>(g, concatenation).axis = 5; }},
    {"axis 2 as input, 1 as option", everything_else,
        [](auto& g) { options<AxisOptions>(g, split).axis = 1; }},
    {"exclude each other", everything_else,
        [](auto& g) {
            options<ResizeOptions>(g, resize_bilinear) = {true, true};
        }},
    {"twice in the permutation", everything_else,
        [](auto& g) {
            input(g, transpose, 1) = int32_constant("p", {4}, {0, 3, 3, 2});
        }},
    {"stride 0 along axis 0", everything_else,
        [](auto& g) {
            input(g, strided_slice, 3) = int32_constant("s", {5}, {0, 1, -2, 1, 2});
        }},
    // quantization
    {"activations are quantized per tensor", convolutions,
        [](auto& g) { output(g, conv_2d).quantization = {}; }},
    {"zero point 200 of the input", convolutions,
        [](auto& g) { g.tensors[0].quantization.zero_point = {200}; }},
    {"zero point 1 of int8 weights", convolutions,
        [](auto& g) { input(g, fully_connected, 1).quantization.zero_point = {1}; }},
    {"quantized along dimension 0, expected 3", convolutions,
        [](auto& g) { input(g, depthwise_conv_2d, 1).quantization.dimension = 0; }},
    {"they have to be the same", convolutions,
        [](auto& g) { output(g, max_pool_2d).quantization.zero_point = {5}; }},
    {"expected 0.00390625 and -128", convolutions,
        [](auto& g) { output(g, softmax).quantization.zero_point = {0}; }},
    {"too far apart", convolutions,
        [](auto& g) { output(g, conv_2d).quantization.scale = {1e-30F}; }},
    {"zero point 1 of the input, which is int16", wide,
        [](auto& g) { g.tensors[0].quantization.zero_point = {1}; }},
    {"sums have to stay below 2^47", wide,
        [](auto& g) {
            input(g, conv_2d, 2).data = std::make_shared<const std::vector<std::uint8_t>>(
                std::size_t {24}, std::uint8_t {0x7f});
        }},
    {"too far apart for int16", wide,
        [](auto& g) { output(g, conv_2d).quantization.scale = {1e-10F}; }},
};

TEST(Validate, NamesTheRuleThatIsBroken)
{
    for (const Case& broken : cases) {
        SCOPED_TRACE(broken.what);
        ModelGraph graph = broken.sample();
        validate(graph, "sound");
        broken.spoil(graph);
        try {
            validate(graph, "spoiled");
            ADD_FAILURE() << "accepted";
        } catch (const base::InputError& error) {
            EXPECT_EQ(std::string(error.what()).find("spoiled: "), 0U);
            EXPECT_NE(std::string(error.what()).find(broken.what), std::string::npos)
                << error.what();
        }
    }
}

} // namespace
