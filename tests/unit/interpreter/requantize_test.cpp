// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/requantize.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using graph::Activation;
using graph::fixed_point;
using graph::FixedPoint;

TEST(FixedPoint, IsAMultiplierBetweenAHalfAndOneAndAShift)
{
    EXPECT_EQ(fixed_point(1.0), (FixedPoint {1 << 30, 1}));
    EXPECT_EQ(fixed_point(0.5), (FixedPoint {1 << 30, 0}));
    EXPECT_EQ(fixed_point(0.75), (FixedPoint {3 << 29, 0}));
    EXPECT_EQ(fixed_point(3.0), (FixedPoint {3 << 29, 2}));
    EXPECT_EQ(fixed_point(0.0), (FixedPoint {0, 0}));
}

TEST(FixedPoint, RoundsUpToTheNextPowerOfTwo)
{
    EXPECT_EQ(fixed_point(1.0 - std::ldexp(1.0, -40)), (FixedPoint {1 << 30, 1}));
}

TEST(FixedPoint, VanishesBelowWhatAShiftCanKeep)
{
    EXPECT_EQ(fixed_point(std::ldexp(1.0, -32)), (FixedPoint {1 << 30, -31}));
    EXPECT_EQ(fixed_point(std::ldexp(1.0, -33)), (FixedPoint {0, 0}));
}

graph::Tensor tensor(graph::ElementType type, float scale, std::int64_t zero_point)
{
    graph::Tensor result;
    result.type = type;
    result.shape = {1, 2};
    result.quantization = {{scale}, {zero_point}, 0};
    return result;
}

TEST(ActivationRange, IsWhereTheActivationEndsOrTheTypeDoes)
{
    using Range = std::pair<std::int32_t, std::int32_t>;
    const graph::Tensor bytes = tensor(graph::ElementType::int8, 0.1F, -28);
    EXPECT_EQ(activation_range(Activation::none, bytes), Range(-128, 127));
    EXPECT_EQ(activation_range(Activation::relu, bytes), Range(-28, 127));
    EXPECT_EQ(activation_range(Activation::relu6, bytes), Range(-28, 32));
    EXPECT_EQ(activation_range(Activation::relu_n1_to_1, bytes), Range(-38, -18));
    EXPECT_EQ(activation_range(Activation::relu6, tensor(graph::ElementType::uint8, 0.01F, 3)),
        Range(3, 255));
    EXPECT_EQ(activation_range(Activation::relu, tensor(graph::ElementType::int16, 0.01F, 0)),
        Range(0, 32767));
}

/// A layer with one scale for all weights, of an operator and type.
FixedPoint multiplier_of(
    graph::OperatorCode code, graph::ElementType type, float input_scale, float weight_scale)
{
    graph::ModelGraph network;
    network.tensors
        = {tensor(type, input_scale, 0), tensor(type, weight_scale, 0), tensor(type, 1.0F, 0)};
    network.operators = {{code, {0, 1}, {2}, {}}};
    return output_multipliers(network, network.operators[0]).at(0);
}

TEST(OutputMultipliers, PrecisionOfTheProductDependsOnTheOperator)
{
    const float a = 0.1F, b = 0.3F;
    const FixedPoint in_double = fixed_point(static_cast<double>(a) * static_cast<double>(b));
    const FixedPoint in_single = fixed_point(static_cast<double>(a * b));
    ASSERT_NE(in_double, in_single);
    using graph::ElementType;
    using graph::OperatorCode;
    EXPECT_EQ(multiplier_of(OperatorCode::conv_2d, ElementType::int8, a, b), in_double);
    EXPECT_EQ(multiplier_of(OperatorCode::fully_connected, ElementType::int8, a, b), in_single);
    EXPECT_EQ(multiplier_of(OperatorCode::depthwise_conv_2d, ElementType::uint8, a, b), in_single);
}

TEST(OutputMultipliers, OnePerChannel)
{
    graph::ModelGraph network;
    network.tensors = {tensor(graph::ElementType::int8, 0.5F, 0),
        tensor(graph::ElementType::int8, 1, 0), tensor(graph::ElementType::int8, 0.25F, 0)};
    network.tensors[1].quantization.scale = {1.0F, 0.125F};
    network.operators = {{graph::OperatorCode::conv_2d, {0, 1}, {2}, {}}};
    EXPECT_EQ(output_multipliers(network, network.operators[0]),
        (std::vector<FixedPoint> {{1 << 30, 2}, {1 << 30, -1}}));
}

} // namespace
