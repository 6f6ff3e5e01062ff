// SPDX-License-Identifier: GPL-2.0-or-later
// Forms of convolutions and fully connected layers that no golden network has.
#include "tests/unit/interpreter/one_operator.h"

#include "base/input_error.h"

#include <gtest/gtest.h>

namespace {

using graph::ElementType;
using graph::OperatorCode;
using Values = std::vector<double>;

constexpr ElementType int8 = ElementType::int8, uint8 = ElementType::uint8,
                      int16 = ElementType::int16, int32 = ElementType::int32;

TEST(Convolution, Dilated)
{
    graph::ConvolutionOptions options;
    options.dilation_height = options.dilation_width = 2;
    OneOperator op(OperatorCode::conv_2d, options);
    op.input(int8, {1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9})
        .input(int8, {1, 2, 2, 1}, {1, 10, 2, -3})
        .input(int32, {1}, {5})
        .output(int8, {1, 1, 1, 1});
    EXPECT_EQ(op.run(), (Values {1 + 30 + 14 - 27 + 5}));
}

TEST(Convolution, PadsWithTheZeroPoint)
{
    graph::ConvolutionOptions options;
    options.padding = {0, 0, 1, 1};
    options.stride_width = 2;
    OneOperator op(OperatorCode::conv_2d, options);
    op.input(int8, {1, 1, 3, 1}, {4, 5, 6}, 1, 3)
        .input(int8, {1, 1, 3, 1}, {1, 2, 3})
        .input(int32, {1}, {0})
        .output(int8, {1, 1, 2, 1}, 1, -1);
    EXPECT_EQ(op.run(), (Values {0 + 2 + 6 - 1, 2 + 6 + 0 - 1}));
}

TEST(Convolution, LegacyUint8TakesZeroPointsOffBothOperands)
{
    OneOperator op(OperatorCode::conv_2d, graph::ConvolutionOptions {});
    op.input(uint8, {1, 1, 1, 2}, {130, 120}, 0.5F, 128)
        .input(uint8, {1, 1, 1, 2}, {110, 90}, 0.5F, 100)
        .input(int32, {1}, {4})
        .output(uint8, {1, 1, 1, 1}, 0.25F, 7);
    EXPECT_EQ(op.run(), (Values {2 * 10 + 8 * 10 + 4 + 7}));
}

TEST(Convolution, Int16SumsIn64Bits)
{
    // 1024 * 32767 * 127 does not fit 32 bits; the bias takes all but five steps of it back.
    std::vector<double> ones(1024, 127), values(1024, 32767);
    OneOperator op(OperatorCode::conv_2d, graph::ConvolutionOptions {});
    op.input(int16, {1, 1, 1, 1024}, values)
        .input(int8, {1, 1, 1, 1024}, ones)
        .input(ElementType::int64, {1}, {8192 * 5.0 - 1024 * 32767 * 127.0})
        .output(int16, {1, 1, 1, 1}, 8192);
    EXPECT_EQ(op.run(), (Values {5}));
}

TEST(Convolution, RefusesGroups)
{
    OneOperator op(OperatorCode::conv_2d, graph::ConvolutionOptions {});
    op.input(int8, {1, 1, 1, 4}, {1, 2, 3, 4})
        .input(int8, {2, 1, 1, 2}, {1, 1, 1, 1})
        .output(int8, {1, 1, 1, 2});
    EXPECT_THROW(op.run(), base::InputError);
}

TEST(Depthwise, MultiplierRepeatsEachChannel)
{
    graph::ConvolutionOptions options;
    options.depth_multiplier = 2;
    OneOperator op(OperatorCode::depthwise_conv_2d, options);
    op.input(int8, {1, 1, 2, 2}, {1, 2, 3, 4})
        .input(int8, {1, 1, 2, 4}, {1, 2, 3, 4, 5, 6, 7, 8})
        .input(int32, {4}, {0, 0, 0, 100})
        .output(int8, {1, 1, 1, 4});
    EXPECT_EQ(op.run(), (Values {1 + 15, 2 + 18, 6 + 28, 127})); // the last: 8 + 32 + 100 saturates
}

TEST(Depthwise, ScalesByChannel)
{
    OneOperator op(OperatorCode::depthwise_conv_2d, graph::ConvolutionOptions {});
    op.input(int8, {1, 1, 1, 2}, {10, 10})
        .input(int8, {1, 1, 1, 2}, {4, 4})
        .output(int8, {1, 1, 1, 2});
    op.tensor(1).quantization = {{0.5F, 0.25F}, {0, 0}, 3};
    EXPECT_EQ(op.run(), (Values {20, 10}));
}

TEST(FullyConnected, WithoutBiasOverRows)
{
    OneOperator op(
        OperatorCode::fully_connected, graph::FullyConnectedOptions {graph::Activation::relu});
    op.input(int8, {2, 2}, {1, 2, 3, 4})
        .input(int8, {3, 2}, {1, 0, 0, 1, -1, -1})
        .output(int8, {2, 3});
    EXPECT_EQ(op.run(), (Values {1, 2, 0, 3, 4, 0}));
}

TEST(FullyConnected, Int16)
{
    OneOperator op(OperatorCode::fully_connected, graph::FullyConnectedOptions {});
    op.input(int16, {1, 2}, {1000, -2000})
        .input(int8, {1, 2}, {100, 10})
        .input(ElementType::int64, {1}, {2000})
        .output(int16, {1, 1}, 16);
    EXPECT_EQ(op.run(), (Values {(100000 - 20000 + 2000) / 16}));
}

} // namespace
