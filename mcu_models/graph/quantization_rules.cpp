// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/rules.h"

#include "mcu_models/graph/constant_values.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace graph {
namespace {

using enum OperatorCode;
using enum ElementType;

std::pair<std::int64_t, std::int64_t> zero_points_of(ElementType type)
{
    switch (type) {
    case int8:
        return {-128, 127};
    case uint8:
        return {0, 255};
    default:
        return {0, 0}; // int16 and wider are symmetric
    }
}

void scales_are_usable(const OperatorView& view, std::string_view role, const Tensor& tensor)
{
    const Quantization& quantization = tensor.quantization;
    const auto [lowest, highest] = zero_points_of(tensor.type);
    for (std::size_t i = 0; i < quantization.scale.size(); ++i) {
        view.require(std::isnormal(quantization.scale[i]) && quantization.scale[i] > 0,
            "scale {} of the {}", quantization.scale[i], role);
        view.require(quantization.zero_point[i] >= lowest && quantization.zero_point[i] <= highest,
            "zero point {} of the {}, which is {}", quantization.zero_point[i], role,
            name_of(tensor.type));
    }
}

void activation_is_quantized(const OperatorView& view, std::string_view role, const Tensor& tensor)
{
    if (tensor.type == float32)
        return;
    view.require(tensor.quantization.scale.size() == 1,
        "{} has {} scales; activations are quantized per tensor", role,
        tensor.quantization.scale.size());
    scales_are_usable(view, role, tensor);
}

bool is_activation_input(const OperatorView& view, std::size_t i)
{
    switch (view.code()) {
    case add:
    case sub:
    case mul:
    case concatenation:
    case pack:
        return true;
    default:
        return i == view.activation_input();
    }
}

void activations_are_quantized(const OperatorView& view)
{
    for (std::size_t i = 0; i < view.op().inputs.size(); ++i)
        if (view.has_input(i) && is_activation_input(view, i))
            activation_is_quantized(view, "input", view.input(i));
    for (std::size_t i = 0; i < view.op().outputs.size(); ++i)
        activation_is_quantized(view, "output", view.output(i));
}

double scale_of(const Tensor& tensor) { return double {tensor.quantization.scale.at(0)}; }

/// A multiplier that kernels can hold: mantissa and a shift of at most 30 to the left.
void multiplier_fits(const OperatorView& view, double multiplier)
{
    view.require(multiplier < 0x1p30, "scales of inputs and output are too far apart: factor {:g}",
        multiplier);
}

void weights_are_quantized(const OperatorView& view)
{
    const Tensor& weights = view.input(1);
    const Quantization& quantization = weights.quantization;
    const int axis = view.code() == depthwise_conv_2d ? 3 : 0;
    const auto channels = static_cast<std::size_t>(weights.shape[static_cast<std::size_t>(axis)]);
    const std::size_t count = quantization.scale.size();
    view.require(count == 1 || count == channels, "weights have {} scales for {} output channels",
        count, channels);
    view.require(count == 1 || quantization.dimension == axis,
        "weights are quantized along dimension {}, expected {}", quantization.dimension, axis);
    view.require(
        count == 1 || weights.type == int8, "uint8 weights have one scale, found {}", count);
    scales_are_usable(view, "weights", weights);
    for (std::int64_t zero_point : quantization.zero_point)
        view.require(weights.type == uint8 || zero_point == 0,
            "zero point {} of int8 weights; expected 0", zero_point);
    for (float scale : quantization.scale)
        multiplier_fits(view, scale_of(view.input()) * double {scale} / scale_of(view.output()));
}

/// TensorFlow Lite sums int16 layers in 48 of 64 bits and multiplies by 16 bits before it shifts to
/// the right.
void wide_sum_fits(const OperatorView& view)
{
    constexpr std::int64_t largest_bias = std::int64_t {1}
        << 46; // as much again is left for the products
    for (std::int64_t bias : int64_values(view.input(2)))
        view.require(bias >= -largest_bias && bias <= largest_bias,
            "bias {}; sums have to stay below 2^47", bias);
    for (float scale : view.input(1).quantization.scale)
        view.require(scale_of(view.input()) * double {scale} / scale_of(view.output()) < 0x1p14,
            "scales of inputs and output are too far apart for int16");
}

/// TensorFlow Lite's ADD and SUB rescale to twice the larger scale, kept with 20 more bits (int16:
/// 15).
void sum_is_representable(const OperatorView& view)
{
    const double larger = std::max(scale_of(view.input(0)), scale_of(view.input(1)));
    const double bits = view.input().type == int16 ? 0x1p15 : 0x1p20;
    view.require(2 * larger / (bits * scale_of(view.output())) < 1,
        "scales of inputs and output are too far apart: {:g} and {:g}", larger,
        scale_of(view.output()));
}

void same_quantization(
    const OperatorView& view, const Tensor& input, const Tensor& output, double tolerance)
{
    const Quantization& from = input.quantization;
    const Quantization& to = output.quantization;
    view.require(std::abs(scale_of(input) - scale_of(output)) <= tolerance
            && from.zero_point == to.zero_point,
        "input is quantized with {} and {}, output with {} and {}; they have to be the same",
        from.scale[0], from.zero_point[0], to.scale[0], to.zero_point[0]);
}

/// Exponentials and the logistic function have fixed output scales.
void output_is_a_probability(const OperatorView& view)
{
    const Quantization& quantization = view.output().quantization;
    const ElementType type = view.output().type;
    const float scale = type == int16 ? 0x1p-15F : 0x1p-8F;
    const std::int64_t zero_point = type == int8 ? -128 : 0;
    view.require(std::abs(quantization.scale[0] - scale) <= 0.001F * scale
            && quantization.zero_point[0] == zero_point,
        "output of {} is quantized with {} and {}, expected {} and {}", name_of(type),
        quantization.scale[0], quantization.zero_point[0], scale, zero_point);
}

void check_softmax(const OperatorView& view)
{
    output_is_a_probability(view);
    const float beta = view.op().as<SoftmaxOptions>().beta;
    view.require(std::isfinite(beta) && beta > 0, "beta {}", beta);
    const double factor = double {beta} * scale_of(view.input());
    view.require(view.input().type == int16 || factor * 0x1p26 > 1,
        "input scale {:g} times beta {:g} is too small", scale_of(view.input()), beta);
    multiplier_fits(view, factor);
}

void check_concatenation(const OperatorView& view)
{
    if (view.input().type == uint8)
        return; // rescales
    for (std::size_t i = 0; i < view.op().inputs.size(); ++i)
        same_quantization(view, view.input(i), view.output(), 0);
}

} // namespace

void check_quantization(const OperatorView& view)
{
    activations_are_quantized(view);
    switch (view.code()) {
    case conv_2d:
    case depthwise_conv_2d:
    case fully_connected:
        weights_are_quantized(view);
        if (view.has_input(2) && view.input(2).type == int64)
            wide_sum_fits(view);
        return;
    case add:
    case sub:
        return sum_is_representable(view);
    case mul:
        return multiplier_fits(
            view, scale_of(view.input(0)) * scale_of(view.input(1)) / scale_of(view.output()));
    case average_pool_2d:
    case max_pool_2d:
        return same_quantization(view, view.input(), view.output(), 1e-6);
    case concatenation:
        return check_concatenation(view);
    case softmax:
        return check_softmax(view);
    case logistic:
        return output_is_a_probability(view);
    case mean:
    case relu:
    case relu6:
    case hard_swish:
        return multiplier_fits(view, scale_of(view.input()) / scale_of(view.output()));
    case quantize:
        if (view.input().type != float32)
            multiplier_fits(view, scale_of(view.input()) / scale_of(view.output()));
        return;
    default: // what moves data moves stored values, whatever they mean
        return;
    }
}

} // namespace graph
