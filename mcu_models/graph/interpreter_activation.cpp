// SPDX-License-Identifier: GPL-2.0-or-later
// HARD_SWISH, LOGISTIC and SOFTMAX.
#include "base/check.h"
#include "mcu_models/graph/fixed_point_math.h"
#include "mcu_models/graph/interpolation_table.h"
#include "mcu_models/graph/interpreter_step.h"
#include "mcu_models/graph/requantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace graph {
namespace {

std::int16_t to_16_bits(std::int32_t multiplier)
{
    constexpr std::int32_t half = 1 << 15;
    return multiplier >= std::numeric_limits<std::int32_t>::max() - half
        ? std::numeric_limits<std::int16_t>::max()
        : static_cast<std::int16_t>((multiplier + half) >> 16);
}

std::int16_t saturated(std::int32_t value)
{
    return static_cast<std::int16_t>(std::clamp(value, -32768, 32767));
}

} // namespace

std::vector<TensorBytes> run_hard_swish(const Step& step)
{
    const Tensor& input = step.input(0);
    const Tensor& output = step.output();
    if ((input.type != ElementType::int8 && input.type != ElementType::uint8)
        || output.type != input.type)
        step.refuse(fmt::format("{} activations: not supported", name_of(input.type)));

    // 16-bit arithmetic on the input times 2^7; 2^15 stands for 3 in the gate, which is (x + 3) / 6
    // in [0, 1].
    const float fine_scale = (1.0F / 128.0F) * scale_of(input);
    const FixedPoint output_factor
        = fixed_point(static_cast<double>(fine_scale / scale_of(output)));
    const FixedPoint gate_factor = fixed_point(static_cast<double>(fine_scale / (3.0F / 32768.0F)));
    if (output_factor.shift > 0)
        step.refuse("output scale below 1/128 of the input's");
    const auto [lowest, highest] = activation_range(Activation::none, output);

    std::vector<std::int32_t> values = step.integers(0);
    for (std::int32_t& value : values) {
        const auto fine = static_cast<std::int16_t>((value - zero_point_of(input)) * 128);
        const std::int16_t scaled
            = fixed::doubling_high_product(fine, to_16_bits(output_factor.multiplier));
        // Shifted left in two steps so that only the last one can saturate with effect.
        std::int16_t gate = fine;
        if (gate_factor.shift > 0)
            gate = saturated(
                fixed::saturating_shift_left(gate, std::min(gate_factor.shift - 1, 16)));
        gate = fixed::doubling_high_product(gate, to_16_bits(gate_factor.multiplier));
        if (gate_factor.shift > 0)
            gate = saturated(gate * 2);
        else
            gate = static_cast<std::int16_t>(fixed::rounding_shift_right(gate, -gate_factor.shift));
        gate = static_cast<std::int16_t>((gate + (1 << 15)) >> 1);
        const std::int32_t product
            = gate * scaled / (1 << 15); // towards zero; the gate is never -1
        value = std::clamp(
            fixed::rounding_shift_right(product, -output_factor.shift) + zero_point_of(output),
            lowest, highest);
    }
    return {stored_as(output.type, values)};
}

namespace {

/// Largest difference of stored values whose scaled difference still fits `integer_bits`.
std::int32_t input_radius(int integer_bits, int shift)
{
    const double largest
        = static_cast<double>((1 << integer_bits) - 1) * std::ldexp(1.0, 31 - integer_bits);
    return static_cast<std::int32_t>(
        std::min(std::floor(std::ldexp(largest, -shift)), 2147483647.0));
}

std::vector<TensorBytes> logistic_of_bytes(const Step& step)
{
    const Tensor& input = step.input(0);
    const auto [lowest, highest] = activation_range(Activation::none, step.output());
    const FixedPoint to_q4 = fixed_point(static_cast<double>(scale_of(input)) * (1 << 27));
    const std::int32_t radius = input_radius(4, to_q4.shift);
    std::vector<std::int32_t> values = step.integers(0);
    for (std::int32_t& value : values) {
        const std::int32_t centered = value - zero_point_of(input);
        if (centered <= -radius)
            value = lowest;
        else if (centered >= radius)
            value = highest;
        else {
            const std::int32_t result = fixed::logistic_of_q4(fixed::multiply(centered, to_q4));
            value = std::clamp(fixed::rounding_shift_right(result, 23) + lowest, lowest, highest);
        }
    }
    return {stored_as(step.output().type, values)};
}

std::vector<TensorBytes> logistic_of_words(const Step& step)
{
    // The input at scale 1/(3 * 4096), by a multiplier of 15 bits; exactly times 3 if its scale is
    // 1/4096.
    const double scale = static_cast<double>(scale_of(step.input(0)));
    double real_multiplier = scale * 4096.0 * 3.0;
    int shift = 0;
    if (std::abs(scale * 4096.0 - 1.0) < 1e-3 * 0.6931)
        real_multiplier = 3;
    else
        for (; real_multiplier <= 32767.0 / 2.0 && shift <= 30; ++shift)
            real_multiplier *= 2;
    const auto multiplier = static_cast<std::int64_t>(real_multiplier);
    const std::int64_t half = shift > 0 ? std::int64_t {1} << (shift - 1) : 0;

    std::vector<std::int64_t> samples;
    for (std::uint32_t index = 0; index < 256; ++index)
        samples.push_back(logistic_sample(index));

    std::vector<std::int32_t> values = step.integers(0);
    for (std::int32_t& value : values) {
        const auto scaled = static_cast<std::int32_t>((value * multiplier + half) >> shift);
        const std::uint32_t magnitude = static_cast<std::uint32_t>(std::abs(scaled));
        const std::uint32_t index = magnitude >> 9;
        std::int64_t result = std::int64_t {0x7fff} << 10;
        if (index < 255)
            result = samples[index] * 512
                + static_cast<std::int64_t>(magnitude & 0x1ff)
                    * (samples[index + 1] - samples[index]);
        result = scaled >= 0 ? result + 512 : (1 << 25) - result + 511;
        value = static_cast<std::int32_t>(result >> 10);
    }
    return {stored_as(ElementType::int16, values)};
}

} // namespace

std::vector<TensorBytes> run_logistic(const Step& step)
{
    const ElementType type = step.input(0).type;
    if (!holds_activations(type) || step.output().type != type)
        step.refuse(fmt::format("{} activations: not supported", name_of(type)));
    return type == ElementType::int16 ? logistic_of_words(step) : logistic_of_bytes(step);
}

namespace {

/// For each row of the last dimension, `compute(row)` in place.
template <class Compute>
std::vector<TensorBytes> by_rows(const Step& step, Compute compute)
{
    std::vector<std::int32_t> values = step.integers(0);
    const auto depth = static_cast<std::size_t>(step.input(0).shape.back());
    for (std::size_t row = 0; row + depth <= values.size(); row += depth)
        compute(std::span(values).subspan(row, depth));
    return {stored_as(step.output().type, values)};
}

std::vector<TensorBytes> softmax_of_bytes(const Step& step)
{
    const double beta = static_cast<double>(step.op.as<SoftmaxOptions>().beta);
    const FixedPoint to_q5 = fixed_point(
        std::min(beta * static_cast<double>(scale_of(step.input(0))) * (1 << 26), 2147483647.0));
    const std::int32_t smallest_difference = -input_radius(5, to_q5.shift);
    const auto [lowest, highest] = activation_range(Activation::none, step.output());
    const int bits = static_cast<int>(8 * size_of(step.output().type));

    return by_rows(step, [&, lowest = lowest, highest = highest](std::span<std::int32_t> row) {
        const std::int32_t largest = *std::max_element(row.begin(), row.end());
        const auto exp_of = [&](std::int32_t value) {
            return fixed::exp_of_negative(fixed::multiply(value - largest, to_q5), 5);
        };
        std::int32_t sum = 0; // q12
        for (const std::int32_t value : row)
            if (value - largest >= smallest_difference)
                sum += fixed::rounding_shift_right(exp_of(value), 12);

        // The sum is (1 + x) * 2^k with x in [0, 1): its inverse is 1 / (1 + x) shifted by k.
        const int zeros = std::countl_zero(static_cast<std::uint32_t>(sum));
        const auto fraction = static_cast<std::int32_t>(
            (static_cast<std::uint32_t>(sum) << zeros) - (std::uint32_t {1} << 31));
        const std::int32_t inverse = fixed::one_over_one_plus(fraction);
        const int exponent = 12 - zeros + 31 - bits;
        CHECK(exponent >= 0 && exponent <= 31);
        for (std::int32_t& value : row) {
            if (value - largest < smallest_difference)
                value = lowest;
            else {
                const std::int32_t share = fixed::doubling_high_product(inverse, exp_of(value));
                value = std::clamp(
                    fixed::rounding_shift_right(share, exponent) + lowest, lowest, highest);
            }
        }
    });
}

std::vector<TensorBytes> softmax_of_words(const Step& step)
{
    const double beta = static_cast<double>(step.op.as<SoftmaxOptions>().beta);
    // A difference of 65535 stands for 10, beyond which exp is nothing.
    const FixedPoint factor
        = fixed_point(static_cast<double>(scale_of(step.input(0))) * beta / (10.0 / 65535.0));
    const InterpolationTable exp_table(
        [](float x) { return static_cast<float>(std::exp(static_cast<double>(x))); }, -10.0F, 0.0F);
    const InterpolationTable inverse_table([](float x) { return 1.0F / (1.0F + x); }, 0.0F, 1.0F);

    return by_rows(step, [&](std::span<std::int32_t> row) {
        const std::int32_t largest = *std::max_element(row.begin(), row.end());
        std::int32_t sum = 0;
        for (std::int32_t& value : row) {
            value = exp_table.at(saturated(fixed::multiply(value - largest, factor) + 32767));
            sum += value;
        }
        const int zeros = std::countl_zero(static_cast<std::uint32_t>(sum));
        const auto normalized = static_cast<std::int32_t>(
            ((static_cast<std::int64_t>(sum) << (zeros - 1)) + (1 << 13)) >> 14);
        const std::int64_t inverse
            = inverse_table.at(saturated(normalized - ((1 << 15) + (1 << 16))));
        const int shift = 31 - zeros;
        for (std::int32_t& value : row) {
            const std::int64_t rounded
                = (value * inverse + (std::int64_t {1} << (shift - 1))) >> shift;
            value = static_cast<std::int32_t>(std::clamp<std::int64_t>(rounded, 0, 32767));
        }
    });
}

} // namespace

std::vector<TensorBytes> run_softmax(const Step& step)
{
    const ElementType type = step.input(0).type;
    if (!holds_activations(type) || !holds_activations(step.output().type))
        step.refuse(fmt::format("{} activations: not supported", name_of(type)));
    return type == ElementType::int16 ? softmax_of_words(step) : softmax_of_bytes(step);
}

} // namespace graph
