// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/requantize.h"

#include "base/check.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace graph {

FixedPoint fixed_point(double real)
{
    CHECK(std::isfinite(real) && real >= 0);
    if (real == 0)
        return {};
    FixedPoint result;
    const double fraction = std::frexp(real, &result.shift);
    std::int64_t multiplier = std::llround(std::ldexp(fraction, 31));
    // A fraction just below one rounds up to 2^31, which does not fit.
    if (multiplier == std::int64_t {1} << 31) {
        multiplier /= 2;
        ++result.shift;
    }
    // Smaller than half of the smallest product that a right shift of 31 can keep.
    if (result.shift < -31)
        return {};
    result.multiplier = static_cast<std::int32_t>(multiplier);
    return result;
}

std::vector<FixedPoint> output_multipliers(const ModelGraph& graph, const Operator& op)
{
    const Tensor& input = graph.tensor(op.inputs.at(0));
    const Tensor& weights = graph.tensor(op.inputs.at(1));
    const Tensor& output = graph.tensor(op.outputs.at(0));
    const float input_scale = input.quantization.scale.at(0);
    const double output_scale = output.quantization.scale.at(0);
    const std::vector<float>& scales = weights.quantization.scale;

    const auto channels = static_cast<std::size_t>(output.shape.back());
    CHECK(scales.size() == 1 || scales.size() == channels);
    const bool single_precision = scales.size() == 1
        && (op.code == OperatorCode::fully_connected || input.type == ElementType::uint8);
    std::vector<FixedPoint> result;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        const float scale = scales[scales.size() == 1 ? 0 : channel];
        const double product = single_precision ? static_cast<double>(input_scale * scale)
                                                : static_cast<double>(input_scale) * scale;
        result.push_back(fixed_point(product / output_scale));
    }
    return result;
}

namespace {

std::pair<std::int64_t, std::int64_t> stored_range(ElementType type)
{
    switch (type) {
    case ElementType::int8:
        return {std::numeric_limits<std::int8_t>::min(), std::numeric_limits<std::int8_t>::max()};
    case ElementType::uint8:
        return {0, std::numeric_limits<std::uint8_t>::max()};
    case ElementType::int16:
        return {std::numeric_limits<std::int16_t>::min(), std::numeric_limits<std::int16_t>::max()};
    default:
        return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
    }
}

/// As TensorFlow Lite stores a bound: single precision, halves away from zero.
std::int64_t stored(float real, const Quantization& quantization)
{
    const std::int64_t zero_point
        = quantization.zero_point.empty() ? 0 : quantization.zero_point[0];
    const float steps = std::round(real / quantization.scale[0]);
    // A tiny scale must not overflow the conversion; such a bound lies outside every type anyway.
    return zero_point + static_cast<std::int64_t>(std::clamp(steps, -4e9F, 4e9F));
}

} // namespace

std::pair<std::int32_t, std::int32_t> activation_range(Activation activation, const Tensor& output)
{
    auto [lowest, highest] = stored_range(output.type);
    if (activation != Activation::none) {
        CHECK(!output.quantization.scale.empty());
        const float smallest = activation == Activation::relu_n1_to_1 ? -1.0F : 0.0F;
        lowest = std::clamp(stored(smallest, output.quantization), lowest, highest);
        if (activation != Activation::relu) {
            const float largest = activation == Activation::relu6 ? 6.0F : 1.0F;
            highest = std::clamp(stored(largest, output.quantization), lowest, highest);
        }
    }
    return {static_cast<std::int32_t>(lowest), static_cast<std::int32_t>(highest)};
}

} // namespace graph
