// SPDX-License-Identifier: GPL-2.0-or-later
// ADD, SUB, MUL, RELU, RELU6, QUANTIZE and DEQUANTIZE.
#include "mcu_models/graph/fixed_point_math.h"
#include "mcu_models/graph/interpreter_step.h"
#include "mcu_models/graph/requantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace graph {
namespace {

/// For each element of the output, which element of an input of this shape belongs to it (NumPy's
/// broadcasting).
std::vector<std::size_t> broadcast_indices(
    const Step& step, const std::vector<int>& from, const std::vector<int>& to)
{
    if (from.size() > to.size())
        step.refuse(
            fmt::format("input of {} dimensions for an output of {}", from.size(), to.size()));
    std::vector<std::size_t> strides(to.size(), 0); // of `from`, by dimension of `to`
    std::size_t stride = 1, elements = 1;
    for (std::size_t back = 1; back <= to.size(); ++back) {
        const std::size_t d = to.size() - back;
        const int size = back <= from.size() ? from[from.size() - back] : 1;
        if (size != 1 && size != to[d])
            step.refuse(fmt::format("dimension of {} does not broadcast to {}", size, to[d]));
        strides[d] = size == 1 ? 0 : stride;
        stride *= static_cast<std::size_t>(size);
        elements *= static_cast<std::size_t>(to[d]);
    }

    std::vector<std::size_t> indices(elements);
    for (std::size_t i = 0; i < elements; ++i) {
        std::size_t rest = i;
        for (std::size_t d = to.size(); d-- > 0;) {
            const auto size = static_cast<std::size_t>(to[d]);
            indices[i] += rest % size * strides[d];
            rest /= size;
        }
    }
    return indices;
}

/// `combine(a, b)` of the centered operands, plus the output's zero point, within the activation's
/// range.
template <class Combine>
std::vector<TensorBytes> combined(const Step& step, Combine combine)
{
    const Tensor& output = step.output();
    for (const std::size_t operand : {0, 1})
        if (step.input(operand).type != output.type || !holds_activations(output.type))
            step.refuse(fmt::format("operands of {}, {} to {}: not supported",
                name_of(step.input(0).type), name_of(step.input(1).type), name_of(output.type)));
    const auto [lowest, highest]
        = activation_range(step.op.as<ElementwiseOptions>().activation, output);
    const std::vector<std::int32_t> a = step.integers(0), b = step.integers(1);
    const std::vector<std::size_t> a_index
        = broadcast_indices(step, step.input(0).shape, output.shape);
    const std::vector<std::size_t> b_index
        = broadcast_indices(step, step.input(1).shape, output.shape);
    const std::int32_t a_zero = zero_point_of(step.input(0)), b_zero = zero_point_of(step.input(1));

    std::vector<std::int32_t> values(a_index.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::int64_t result = combine(a[a_index[i]] - a_zero, b[b_index[i]] - b_zero);
        values[i] = static_cast<std::int32_t>(
            std::clamp<std::int64_t>(result + zero_point_of(output), lowest, highest));
    }
    return {stored_as(output.type, values)};
}

} // namespace

std::vector<TensorBytes> run_add_or_subtract(const Step& step)
{
    // Both operands are brought to a common scale, twice the larger one, with `headroom` bits of
    // fraction.
    const int headroom = step.output().type == ElementType::int16 ? 15 : 20;
    const double common
        = 2 * static_cast<double>(std::max(scale_of(step.input(0)), scale_of(step.input(1))));
    const FixedPoint a_factor = fixed_point(static_cast<double>(scale_of(step.input(0))) / common);
    const FixedPoint b_factor = fixed_point(static_cast<double>(scale_of(step.input(1))) / common);
    const FixedPoint output_factor
        = fixed_point(common / ((1 << headroom) * static_cast<double>(scale_of(step.output()))));
    const int sign = step.op.code == OperatorCode::sub ? -1 : 1;
    return combined(step, [=](std::int32_t a, std::int32_t b) {
        const std::int32_t scaled_a = fixed::multiply(a * (1 << headroom), a_factor);
        const std::int32_t scaled_b = fixed::multiply(b * (1 << headroom), b_factor);
        return fixed::multiply(scaled_a + sign * scaled_b, output_factor);
    });
}

std::vector<TensorBytes> run_multiply(const Step& step)
{
    const FixedPoint factor = fixed_point(static_cast<double>(scale_of(step.input(0)))
        * static_cast<double>(scale_of(step.input(1)))
        / static_cast<double>(scale_of(step.output())));
    return combined(
        step, [=](std::int32_t a, std::int32_t b) { return fixed::multiply(a * b, factor); });
}

namespace {

/// The input at the output's scale, within a range.
std::vector<TensorBytes> rescaled(const Step& step, std::int32_t lowest, std::int32_t highest)
{
    const Tensor& input = step.input(0);
    const Tensor& output = step.output();
    const FixedPoint factor
        = fixed_point(static_cast<double>(scale_of(input)) / static_cast<double>(scale_of(output)));
    std::vector<std::int32_t> values = step.integers(0);
    for (std::int32_t& value : values) {
        const std::int64_t scaled = fixed::multiply(value - zero_point_of(input), factor);
        value = static_cast<std::int32_t>(
            std::clamp<std::int64_t>(scaled + zero_point_of(output), lowest, highest));
    }
    return {stored_as(output.type, values)};
}

bool is_integer(ElementType type) { return holds_activations(type) || type == ElementType::int32; }

} // namespace

std::vector<TensorBytes> run_rectifier(const Step& step)
{
    if (!holds_activations(step.input(0).type) || step.output().type != step.input(0).type)
        step.refuse(fmt::format("{} activations: not supported", name_of(step.input(0).type)));
    const auto [lowest, highest] = activation_range(
        step.op.code == OperatorCode::relu6 ? Activation::relu6 : Activation::relu, step.output());
    return rescaled(step, lowest, highest);
}

std::vector<TensorBytes> run_quantize(const Step& step)
{
    const Tensor& output = step.output();
    if (!is_integer(output.type))
        step.refuse(fmt::format("output is {}, expected integers", name_of(output.type)));
    const auto [lowest, highest] = activation_range(Activation::none, output);
    if (is_integer(step.input(0).type))
        return rescaled(step, lowest, highest);

    std::vector<std::int32_t> values;
    for (const float real : step.reals(0)) {
        const float steps = std::round(real / scale_of(output));
        // Beyond the range of int32 the conversion would be undefined; the clamp below gives the
        // same answer.
        const auto stored
            = static_cast<std::int64_t>(std::isnan(steps) ? 0.0F : std::clamp(steps, -2e9F, 2e9F));
        values.push_back(static_cast<std::int32_t>(
            std::clamp<std::int64_t>(stored + zero_point_of(output), lowest, highest)));
    }
    return {stored_as(output.type, values)};
}

std::vector<TensorBytes> run_dequantize(const Step& step)
{
    const Tensor& input = step.input(0);
    if (step.output().type != ElementType::float32 || !is_integer(input.type))
        step.refuse(fmt::format(
            "{} to {}: not supported", name_of(input.type), name_of(step.output().type)));
    std::vector<float> reals;
    for (const std::int32_t value : step.integers(0))
        reals.push_back(static_cast<float>(
            static_cast<double>(scale_of(input)) * (value - zero_point_of(input))));
    return {stored_as(reals)};
}

} // namespace graph
