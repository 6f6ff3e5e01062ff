// SPDX-License-Identifier: GPL-2.0-or-later
// Cases small enough to compute by hand. Whole networks are compared elsewhere.
#include "tests/unit/kernels/kernels.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace {

constexpr std::int32_t half = 1 << 30;
const std::vector<std::int32_t> ones(8, half); // with shift 1: times 1
const std::vector<std::int8_t> ones_shift(8, 1);

using Bytes = std::vector<std::int8_t>;

// A 3x3 image, 2x2 kernel, everything else neutral; tests change what they are about.
struct Convolution {
    mcuprof_convolution_parameters parameters {
        .batches = 1,
        .input_height = 3,
        .input_width = 3,
        .input_channels = 1,
        .output_height = 2,
        .output_width = 2,
        .output_channels = 1,
        .kernel_height = 2,
        .kernel_width = 2,
        .stride_height = 1,
        .stride_width = 1,
        .dilation_height = 1,
        .dilation_width = 1,
        .padding_top = 0,
        .padding_left = 0,
        .window_width = 3,
        .depth_multiplier = 1,
        .input_offset = 0,
        .weights_offset = 0,
        .output_offset = 0,
        .activation_min = -128,
        .activation_max = 127,
        .bias_bits = 32,
        .input = nullptr,
        .weights = nullptr,
        .bias = nullptr,
        .folded_bias = nullptr,
        .multiplier = ones.data(),
        .shift = ones_shift.data(),
        .output = nullptr,
        .scratch = nullptr,
    };

    template <class Element, class Weight>
    std::vector<Element> run(void (*kernel)(const mcuprof_convolution_parameters*),
        const std::vector<Element>& input, const std::vector<Weight>& weights)
    {
        std::vector<Element> output(static_cast<std::size_t>(parameters.batches
            * parameters.output_height * parameters.output_width * parameters.output_channels));
        parameters.input = input.data();
        parameters.weights = weights.data();
        parameters.output = output.data();
        kernel(&parameters);
        return output;
    }
};

TEST(Conv2d, SumsProductsUnderTheWindow)
{
    Convolution convolution;
    EXPECT_EQ(convolution.run(mcuprof_reference_conv_2d_int8, Bytes {1, 2, 3, 4, 5, 6, 7, 8, 9},
                  Bytes {1, 10, -1, 2}),
        (Bytes {1 + 20 - 4 + 10, 2 + 30 - 5 + 12, 4 + 50 - 7 + 16, 5 + 60 - 8 + 18}));
}

TEST(Conv2d, AddsOffsetsAndBiasAndClamps)
{
    Convolution convolution;
    const std::int32_t bias = 100;
    convolution.parameters.bias = &bias;
    convolution.parameters.input_offset = -1;
    convolution.parameters.output_offset = -90;
    convolution.parameters.activation_max = 20;
    EXPECT_EQ(convolution.run(mcuprof_reference_conv_2d_int8, Bytes {1, 2, 3, 4, 5, 6, 7, 8, 9},
                  Bytes {1, 0, 0, 1}),
        (Bytes {14, 16, 20, 20})); // 10 + 0 + 4, 10 + 1 + 5, 10 + 3 + 7, 10 + 4 + 8
}

TEST(Conv2d, CountsPaddingAsRealZero)
{
    Convolution convolution;
    auto& p = convolution.parameters;
    p.padding_top = p.padding_left = 1;
    p.output_height = p.output_width = 4;
    p.input_offset = 5; // the zero point is -5, so that a stored 0 is not a zero
    EXPECT_EQ(convolution.run(mcuprof_reference_conv_2d_int8, Bytes {1, 2, 3, 4, 5, 6, 7, 8, 9},
                  Bytes {1, 1, 1, 1}),
        (Bytes {6, 13, 15, 8, 15, 32, 36, 19, 21, 44, 48, 25, 12, 25, 27, 14}));
}

TEST(Conv2d, StridesAndDilates)
{
    Convolution convolution;
    auto& p = convolution.parameters;
    p.output_height = p.output_width = 1;
    p.dilation_height = p.dilation_width = 2;
    EXPECT_EQ(convolution.run(mcuprof_reference_conv_2d_int8, Bytes {1, 2, 3, 4, 5, 6, 7, 8, 9},
                  Bytes {1, 2, 3, 4}),
        (Bytes {1 + 6 + 21 + 36}));
    p.dilation_height = p.dilation_width = 1;
    p.kernel_height = p.kernel_width = 1;
    p.stride_height = p.stride_width = 2;
    p.output_height = p.output_width = 2;
    EXPECT_EQ(convolution.run(
                  mcuprof_reference_conv_2d_int8, Bytes {1, 2, 3, 4, 5, 6, 7, 8, 9}, Bytes {2}),
        (Bytes {2, 6, 14, 18}));
}

TEST(Conv2d, HasAWeightsOffsetInUint8)
{
    Convolution convolution;
    auto& p = convolution.parameters;
    p.input_offset = -128;
    p.weights_offset = -100;
    p.output_offset = 3;
    p.activation_min = 0;
    p.activation_max = 255;
    using Unsigned = std::vector<std::uint8_t>;
    EXPECT_EQ(
        convolution.run(mcuprof_reference_conv_2d_uint8,
            Unsigned {129, 130, 131, 132, 133, 134, 135, 136, 137}, Unsigned {101, 110, 99, 102}),
        (Unsigned {30, 42, 66, 78}));
}

TEST(Conv2d, RescalesInt16WithTheArithmeticOfItsBias)
{
    Convolution convolution;
    auto& p = convolution.parameters;
    p.kernel_height = p.kernel_width = 1;
    p.output_height = p.output_width = 1;
    p.activation_min = -32768;
    p.activation_max = 32767;
    const std::vector<std::int32_t> multiplier {half + (1 << 15)};
    const std::vector<std::int8_t> shift {1};
    p.multiplier = multiplier.data();
    p.shift = shift.data();
    const std::vector<std::int16_t> input(9, 2000);
    const std::int64_t wide_bias = 4000;
    const std::int32_t bias = 4000;
    p.bias = &bias;
    // 20000 * (1 + 2^-15) = 20000.61
    EXPECT_EQ(convolution.run(mcuprof_reference_conv_2d_int16, input, Bytes {8}),
        std::vector<std::int16_t> {20001});
    p.bias = &wide_bias;
    p.bias_bits = 64;
    // The multiplier is rounded to 1 + 2^-14: 20001.22.
    EXPECT_EQ(convolution.run(mcuprof_reference_conv_2d_int16, input, Bytes {8}),
        std::vector<std::int16_t> {20001});
    const std::vector<std::int16_t> larger(9, 3000);
    p.bias_bits = 32;
    p.bias = &bias;
    // 28000 * (1 + 2^-15) = 28000.85, and 28001.71 with the rounded multiplier
    EXPECT_EQ(convolution.run(mcuprof_reference_conv_2d_int16, larger, Bytes {8}),
        std::vector<std::int16_t> {28001});
    p.bias_bits = 64;
    p.bias = &wide_bias;
    EXPECT_EQ(convolution.run(mcuprof_reference_conv_2d_int16, larger, Bytes {8}),
        std::vector<std::int16_t> {28002});
}

TEST(DepthwiseConv2d, GivesEachInputChannelItsOwnOutputs)
{
    Convolution convolution;
    auto& p = convolution.parameters;
    p.input_height = 1;
    p.input_width = 2;
    p.kernel_height = 1;
    p.output_height = p.output_width = 1;
    p.input_channels = 2;
    p.depth_multiplier = 2;
    p.output_channels = 4;
    // Pixels (1, 2) and (3, 4); taps of outputs 0 to 3: (1, 2, 3, 4), then (5, 6, 7, 8).
    EXPECT_EQ(convolution.run(mcuprof_reference_depthwise_conv_2d_int8, Bytes {1, 2, 3, 4},
                  Bytes {1, 2, 3, 4, 5, 6, 7, 8}),
        (Bytes {1 + 15, 2 + 18, 6 + 28, 8 + 32}));
    EXPECT_EQ(convolution.run(mcuprof_reference_depthwise_conv_2d_int16,
                  std::vector<std::int16_t> {1, 2, 3, 4}, Bytes {1, 2, 3, 4, 5, 6, 7, 8}),
        (std::vector<std::int16_t> {16, 20, 34, 40}));
}

/// Random shapes, strides and margins; the output on the input, and beside it.
TEST(DepthwiseConv2d, InPlaceComputesTheSame)
{
    std::mt19937 random(5);
    const auto number = [&](int least, int most) {
        return static_cast<std::int32_t>(least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1)));
    };
    for (int round = 0; round < 200; ++round) {
        mcuprof_convolution_parameters p {};
        p.batches = number(1, 2);
        p.input_channels = p.output_channels = number(1, 9);
        p.kernel_height = 2 * number(0, 2) + 1;
        p.kernel_width = 2 * number(0, 2) + 1;
        p.stride_height = number(1, 2);
        p.stride_width = number(1, 2);
        p.dilation_height = p.dilation_width = 1;
        p.input_height = number(5, 11);
        p.input_width = number(5, 11);
        p.padding_top = number(0, p.kernel_height / 2);
        p.padding_left = number(0, p.kernel_width / 2);
        // With as much padding behind as before, at most as many pixels as the input.
        p.output_height = (p.input_height + 2 * p.padding_top - p.kernel_height) / p.stride_height + 1;
        p.output_width = (p.input_width + 2 * p.padding_left - p.kernel_width) / p.stride_width + 1;
        p.depth_multiplier = 1;
        p.input_offset = number(-128, 127);
        p.activation_min = -128;
        p.activation_max = 127;
        const auto channels = static_cast<std::size_t>(p.input_channels);
        std::vector<std::int32_t> bias(channels), multiplier(channels, 1 << 30);
        std::vector<std::int8_t> shift(channels, -5);
        for (std::int32_t& one : bias)
            one = number(-2000, 2000);
        const auto bytes = [&](std::int32_t count) {
            Bytes result(static_cast<std::size_t>(count));
            for (std::int8_t& one : result)
                one = static_cast<std::int8_t>(number(-128, 127));
            return result;
        };
        const Bytes weights = bytes(p.kernel_height * p.kernel_width * p.input_channels);
        Bytes image = bytes(p.batches * p.input_height * p.input_width * p.input_channels);
        const std::int32_t outputs = p.batches * p.output_height * p.output_width * p.output_channels;
        Bytes expected(static_cast<std::size_t>(outputs)), beside = expected, plane = bytes(p.input_height * p.input_width);
        p.bias = bias.data();
        p.multiplier = multiplier.data();
        p.shift = shift.data();
        p.weights = weights.data();
        p.input = image.data();
        p.output = expected.data();
        mcuprof_reference_depthwise_conv_2d_int8(&p);
        p.scratch = plane.data();
        p.output = beside.data();
        mcuprof_reference_depthwise_conv_2d_in_place_int8(&p);
        EXPECT_EQ(beside, expected);
        p.output = image.data();
        mcuprof_reference_depthwise_conv_2d_in_place_int8(&p);
        image.resize(expected.size());
        EXPECT_EQ(image, expected);
    }
}

TEST(FullyConnected, MultipliesRowsOfWeights)
{
    const Bytes input {1, -2, 3, 4}, weights {1, 2, 3, 4};
    const std::int32_t bias[] = {10, -10};
    Bytes output(4);
    mcuprof_fully_connected_parameters p {};
    p.batches = 2;
    p.input_channels = 2;
    p.output_channels = 2;
    p.activation_min = -128;
    p.activation_max = 127;
    p.bias_bits = 32;
    p.input = input.data();
    p.weights = weights.data();
    p.bias = bias;
    p.multiplier = ones.data();
    p.shift = ones_shift.data();
    p.output = output.data();
    mcuprof_reference_fully_connected_int8(&p);
    EXPECT_EQ(output, (Bytes {10 - 3, -10 - 5, 10 + 11, -10 + 25}));
}

mcuprof_elementwise_parameters neutral_elementwise()
{
    mcuprof_elementwise_parameters p {};
    p.left_shift = 20;
    p.input_1_multiplier = p.input_2_multiplier = half; // 0.5 each, as for equal scales
    p.output_multiplier = half;                         // 2 / 2^20
    p.output_shift = -18;
    p.activation_min = -128;
    p.activation_max = 127;
    return p;
}

TEST(Elementwise, AddsSubtractsAndBroadcasts)
{
    const Bytes first {1, 2, 3, 4, 5, 6}, second {10, 20, 30};
    Bytes output(6);
    auto p = neutral_elementwise();
    p.broadcast = 1;
    p.elements = 6;
    const std::int32_t shape[] = {1, 1, 2, 3}, strides_1[] = {6, 6, 3, 1},
                       strides_2[] = {0, 0, 0, 1};
    std::copy_n(shape, 4, p.output_shape);
    std::copy_n(strides_1, 4, p.input_1_strides);
    std::copy_n(strides_2, 4, p.input_2_strides);
    p.input_1 = first.data();
    p.input_2 = second.data();
    p.output = output.data();
    mcuprof_reference_add_int8(&p);
    EXPECT_EQ(output, (Bytes {11, 22, 33, 14, 25, 36}));
    mcuprof_reference_sub_int8(&p);
    EXPECT_EQ(output, (Bytes {-9, -18, -27, -6, -15, -24}));
    p.output_multiplier = half;
    p.output_shift = 0; // a half
    mcuprof_reference_mul_int8(&p);
    EXPECT_EQ(output, (Bytes {5, 20, 45, 20, 50, 90}));
}

TEST(Elementwise, MovesZeroPoints)
{
    const Bytes first {-128}, second {127};
    Bytes output(1);
    auto p = neutral_elementwise();
    p.elements = 1;
    std::fill_n(p.output_shape, 4, 1);
    p.input_1_strides[3] = p.input_2_strides[3] = 1;
    p.input_1_offset = 128;  // real 0
    p.input_2_offset = -100; // real 27
    p.output_offset = -7;
    p.input_1 = first.data();
    p.input_2 = second.data();
    p.output = output.data();
    mcuprof_reference_add_int8(&p);
    EXPECT_EQ(output[0], 20);
    mcuprof_reference_sub_int8(&p);
    EXPECT_EQ(output[0], -34);
}

mcuprof_pool_parameters pool_2x2(const void* input, void* output)
{
    mcuprof_pool_parameters p {};
    p.batches = 1;
    p.input_height = p.input_width = 3;
    p.channels = 1;
    p.output_height = p.output_width = 2;
    p.kernel_height = p.kernel_width = 2;
    p.stride_height = p.stride_width = 2;
    p.activation_min = -128;
    p.activation_max = 127;
    p.input = input;
    p.output = output;
    return p;
}

TEST(Pool, AveragesOnlyWhatExistsAndRoundsAwayFromZero)
{
    const Bytes input {1, 2, -3, 3, 4, -4, 5, 6, 9};
    Bytes output(4);
    const auto p = pool_2x2(input.data(), output.data());
    mcuprof_reference_average_pool_2d_int8(&p);
    EXPECT_EQ(output, (Bytes {3, -4, 6, 9})); // 10 / 4, -7 / 2, 11 / 2, 9 / 1
}

TEST(Pool, TakesTheLargest)
{
    const Bytes input {-1, -2, -3, -3, -4, -4, 5, 6, 9};
    Bytes output(4);
    auto p = pool_2x2(input.data(), output.data());
    p.activation_max = 8;
    mcuprof_reference_max_pool_2d_int8(&p);
    EXPECT_EQ(output, (Bytes {-1, -3, 6, 8}));
}

TEST(Mean, KeepsTheOtherDimensions)
{
    const Bytes input {1, 10, 2, 20, 3, 30, 5, 41}; // 1 x 2 x 2 x 2
    Bytes output(2);
    mcuprof_mean_parameters p {};
    const std::int32_t shape[] = {1, 2, 2, 2}, reduce[] = {0, 1, 1, 0};
    std::copy_n(shape, 4, p.input_shape);
    std::copy_n(reduce, 4, p.reduce);
    p.divisor = 4;
    p.multiplier = half;
    p.shift = 1;
    p.input_offset = -1;
    p.output_offset = 2;
    p.activation_min = -128;
    p.activation_max = 127;
    p.input = input.data();
    p.output = output.data();
    mcuprof_reference_mean_int8(&p);
    EXPECT_EQ(output, (Bytes {4, 26})); // 7 / 4 = 1.75 and 97 / 4 = 24.25
}

TEST(Copies, PadSplitJoinAndTranspose)
{
    const Bytes input {1, 2, 3, 4, 5, 6};
    Bytes padded(4 * 4, 77);
    mcuprof_pad_parameters pad {
        {1, 1, 2, 3}, {1, 1, 4, 4}, {0, 0, 1, 1}, 1, -9, input.data(), padded.data()};
    mcuprof_reference_pad(&pad);
    EXPECT_EQ(padded, (Bytes {-9, -9, -9, -9, -9, 1, 2, 3, -9, 4, 5, 6, -9, -9, -9, -9}));

    Bytes left(2), right(4);
    const mcuprof_split_output outputs[] = {{left.data(), 1}, {right.data(), 2}};
    const mcuprof_split_parameters split {2, 2, outputs, input.data()};
    mcuprof_reference_split(&split);
    EXPECT_EQ(left, (Bytes {1, 4}));
    EXPECT_EQ(right, (Bytes {2, 3, 5, 6}));

    std::array<std::uint8_t, 256> negated {};
    for (int i = 0; i < 256; ++i)
        negated[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(-i);
    Bytes joined(6);
    const mcuprof_concatenation_input inputs[]
        = {{right.data(), 2, nullptr}, {left.data(), 1, negated.data()}};
    const mcuprof_concatenation_parameters concatenation {2, 2, inputs, joined.data()};
    mcuprof_reference_concatenation(&concatenation);
    EXPECT_EQ(joined, (Bytes {2, 3, -1, 5, 6, -4}));

    Bytes transposed(6);
    mcuprof_strided_copy_parameters transpose {
        {1, 1, 3, 2}, 0, {0, 0, 1, 3}, 1, input.data(), transposed.data()};
    mcuprof_reference_strided_copy(&transpose);
    EXPECT_EQ(transposed, (Bytes {1, 4, 2, 5, 3, 6}));
    const std::vector<std::int16_t> wide {100, 200, 300, 400};
    std::vector<std::int16_t> reversed(2);
    const mcuprof_strided_copy_parameters backward {
        {1, 1, 1, 2}, 3, {0, 0, 0, -2}, 2, wide.data(), reversed.data()};
    mcuprof_reference_strided_copy(&backward);
    EXPECT_EQ(reversed, (std::vector<std::int16_t> {400, 200}));
}

TEST(Resize, InterpolatesAndRoundsAwayFromZero)
{
    const Bytes input {0, 10, 20, 31}; // 2 x 2
    Bytes output(9);
    mcuprof_resize_bilinear_parameters p {1, 2, 2, 1, 3, 3, 1, 0, input.data(), output.data()};
    mcuprof_reference_resize_bilinear_int8(&p);
    EXPECT_EQ(output, (Bytes {0, 5, 10, 10, 15, 21, 20, 26, 31})); // 15.25, 20.5, 25.5
    const std::vector<std::uint8_t> bytes {0, 10, 20, 31};
    std::vector<std::uint8_t> result(9);
    p.input = bytes.data();
    p.output = result.data();
    mcuprof_reference_resize_bilinear_uint8(&p);
    EXPECT_EQ(result, (std::vector<std::uint8_t> {0, 5, 10, 10, 15, 21, 20, 26, 31}));
}

TEST(Resize, CopiesTheNearest)
{
    const Bytes input {1, 2, 3, 4, 5, 6, 7, 8}; // 2 x 2 pixels of 2
    const std::int16_t rows[] = {1}, columns[] = {0, 0, 1};
    Bytes output(6);
    const mcuprof_resize_nearest_neighbor_parameters p {
        1, 2, 2, 1, 3, 2, rows, columns, input.data(), output.data()};
    mcuprof_reference_resize_nearest_neighbor(&p);
    EXPECT_EQ(output, (Bytes {5, 6, 5, 6, 7, 8}));
}

// scale 0.1, beta 1: 0.1 * 2^26 = 0.78125 * 2^23
mcuprof_softmax_parameters softmax_of_tenths(std::int32_t depth, const void* input, void* output)
{
    mcuprof_softmax_parameters p {};
    p.rows = 1;
    p.depth = depth;
    p.multiplier = static_cast<std::int32_t>(
        std::lround(0.1 * std::pow(2, 26) / std::pow(2, 23) * std::pow(2, 31)));
    p.shift = 23;
    p.smallest_difference = -248;
    p.input = input;
    p.output = output;
    return p;
}

TEST(Softmax, IsTheExponentialOverItsSumWithinOneStep)
{
    const Bytes input {0, 10, 20, -30, 7, -128, 127 - 100};
    Bytes output(input.size());
    const auto p
        = softmax_of_tenths(static_cast<std::int32_t>(input.size()), input.data(), output.data());
    mcuprof_reference_softmax_int8(&p);
    double sum = 0;
    for (const std::int8_t value : input)
        sum += std::exp(0.1 * value);
    for (std::size_t i = 0; i < input.size(); ++i)
        EXPECT_NEAR(output[i], std::exp(0.1 * input[i]) / sum * 256 - 128, 1) << i;
}

TEST(Softmax, SharesEquallyAndSaturatesAtTheTop)
{
    const Bytes equal {5, 5, 5, 5}, one {3};
    Bytes output(4);
    auto p = softmax_of_tenths(4, equal.data(), output.data());
    mcuprof_reference_softmax_int8(&p);
    EXPECT_EQ(output, (Bytes {-64, -64, -64, -64}));
    p.depth = 1;
    p.input = one.data();
    mcuprof_reference_softmax_int8(&p);
    EXPECT_EQ(output[0], 127);
    const std::vector<std::uint8_t> bytes {9, 9};
    std::vector<std::uint8_t> shares(2);
    p.depth = 2;
    p.input = bytes.data();
    p.output = shares.data();
    mcuprof_reference_softmax_uint8(&p);
    EXPECT_EQ(shares, (std::vector<std::uint8_t> {128, 128}));
}

TEST(Softmax, UsesTablesInInt16)
{
    std::vector<std::int16_t> exponential(513), reciprocal(513);
    for (int i = 0; i < 513; ++i) {
        const auto stored = [](double real) {
            return static_cast<std::int16_t>(std::min(32767L, std::lround(real * 32768)));
        };
        exponential[static_cast<std::size_t>(i)] = stored(std::exp(-10 + 10.0 * i / 512));
        reciprocal[static_cast<std::size_t>(i)] = stored(1 / (1 + i / 512.0));
    }
    const std::vector<std::int16_t> input {
        0, 3277, -6554, 32767}; // scale 2^-15 * 10: 0, 1, -2, 10 (nearly)
    std::vector<std::int16_t> output(4);
    mcuprof_softmax_parameters p {};
    p.rows = 1;
    p.depth = 4;
    p.multiplier = static_cast<std::int32_t>(std::lround(65535.0 / 65536 * std::pow(2, 31)));
    p.shift = 1; // 10 / 32768 * 65535 / 10 = 1.99997
    p.exponential_table = exponential.data();
    p.reciprocal_table = reciprocal.data();
    p.input = input.data();
    p.output = output.data();
    mcuprof_reference_softmax_int16(&p);
    double sum = 0;
    for (const std::int16_t value : input)
        sum += std::exp(value * 10.0 / 32768);
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_NEAR(output[i], std::exp(input[i] * 10.0 / 32768) / sum * 32768, 12) << i;
}

TEST(Activation, LooksUpBytesAsStored)
{
    std::array<std::uint8_t, 256> table {};
    table[255] = 7; // int8 -1
    table[1] = 200;
    const Bytes input {-1, 1, 0};
    Bytes output(3);
    const mcuprof_lookup_parameters p {3, table.data(), input.data(), output.data()};
    mcuprof_reference_lookup(&p);
    EXPECT_EQ(output, (Bytes {7, static_cast<std::int8_t>(200), 0}));
}

TEST(Activation, ApproximatesTheSigmoidInInt16)
{
    std::vector<std::uint16_t> table(256);
    for (int i = 0; i < 256; ++i)
        table[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(
            std::min(65535L, std::lround(65536 / (1 + std::exp(-i / 24.0)))));
    std::vector<std::int16_t> input, output;
    for (int i = -32768; i < 32768; i += 97)
        input.push_back(static_cast<std::int16_t>(i));
    output.resize(input.size());
    // scale 2^-12: 12288 / 4096 = 3
    const mcuprof_logistic_parameters p {
        static_cast<std::int32_t>(input.size()), 3, 0, table.data(), input.data(), output.data()};
    mcuprof_reference_logistic_int16(&p);
    for (std::size_t i = 0; i < input.size(); ++i)
        ASSERT_NEAR(output[i], 32768 / (1 + std::exp(-input[i] / 4096.0)), 3) << input[i];
}

TEST(Quantize, RoundsHalvesAwayFromZeroAndCutsOff)
{
    const std::vector<float> input {0.5f, -0.5f, 0.49999997f, 1.5f, -2.5f, 1e30f, -1e30f,
        std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()};
    Bytes output(input.size());
    const mcuprof_quantize_parameters p {static_cast<std::int32_t>(input.size()), mcuprof_int8, 0,
        1.0f, input.data(), output.data()};
    mcuprof_reference_quantize(&p);
    EXPECT_EQ(output, (Bytes {1, -1, 0, 2, -3, 127, -128, 0, 127}));
}

TEST(Quantize, ConvertsBetweenIntegerTypes)
{
    const std::vector<std::uint8_t> input {0, 128, 255};
    Bytes output(3);
    mcuprof_requantize_parameters p {};
    p.elements = 3;
    p.input_element = mcuprof_uint8;
    p.output_element = mcuprof_int8;
    p.input_offset = -128;
    p.multiplier = half;
    p.shift = 1;
    p.activation_min = -128;
    p.activation_max = 127;
    p.input = input.data();
    p.output = output.data();
    mcuprof_reference_requantize(&p);
    EXPECT_EQ(output, (Bytes {-128, 0, 127}));
    std::vector<std::int16_t> wide(3);
    p.output_element = mcuprof_int16;
    p.activation_min = -32768;
    p.activation_max = 32767;
    p.shift = 8; // times 128
    p.output = wide.data();
    mcuprof_reference_requantize(&p);
    EXPECT_EQ(wide, (std::vector<std::int16_t> {-16384, 0, 16256}));
}

TEST(Dequantize, MultipliesByTheScale)
{
    const Bytes input {-128, 0, 127};
    std::vector<float> output(3);
    const mcuprof_dequantize_parameters p {3, mcuprof_int8, -3, 0.1f, input.data(), output.data()};
    mcuprof_reference_dequantize(&p);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(output[i], static_cast<float>(static_cast<double>(0.1f) * (input[i] + 3)));
}

} // namespace
