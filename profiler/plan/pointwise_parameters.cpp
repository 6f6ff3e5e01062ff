// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/interpolation_table.h"
#include "mcu_models/graph/requantize.h"
#include "profiler/plan/parameter_families.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace plan {
namespace {

std::vector<std::int64_t> interpolation_table(float (*function)(float), float low, float high)
{
    const graph::InterpolationTable table(function, low, high);
    return {table.samples().begin(), table.samples().end()};
}

float exponential(float x) { return static_cast<float>(std::exp(static_cast<double>(x))); }
float reciprocal_above_one(float x) { return 1.0F / (1.0F + x); }

void add_byte_softmax(Parameters& parameters, double beta_scale)
{
    constexpr int integer_bits
        = 5; // of the differences of inputs, as TensorFlow Lite's kernels hold them
    const double real = std::min(beta_scale * (1 << (31 - integer_bits)),
        static_cast<double>(std::numeric_limits<std::int32_t>::max()));
    const int shift = graph::fixed_point(real).shift;
    const double radius = ((1 << integer_bits) - 1)
        * static_cast<double>(std::int64_t {1} << (31 - integer_bits)) / std::ldexp(1.0, shift);
    if (shift < 0 || shift > 31)
        throw Unsupported("a softmax with an input scale this small or large");
    parameters.push_back({"multiplier", graph::fixed_point(real).multiplier});
    parameters.push_back({"shift", shift});
    parameters.push_back({"smallest_difference", -static_cast<std::int64_t>(std::floor(radius))});
    parameters.push_back({"exponential_table", NullPointer {}});
    parameters.push_back({"reciprocal_table", NullPointer {}});
}

void add_int16_softmax(Parameters& parameters, TableSet& tables, double beta_scale)
{
    add_fixed_point(parameters, "", beta_scale / (10.0 / 65535.0));
    parameters.push_back({"smallest_difference", std::int64_t {0}});
    parameters.push_back({"exponential_table",
        tables.add("int16_t", interpolation_table(exponential, -10.0F, 0.0F))});
    parameters.push_back({"reciprocal_table",
        tables.add("int16_t", interpolation_table(reciprocal_above_one, 0.0F, 1.0F))});
}

void add_ends(Parameters& parameters, const Subject& subject)
{
    parameters.push_back({"input", subject.input_pointer()});
    parameters.push_back({"output", subject.output_pointer()});
}

graph::Activation activation_of(graph::OperatorCode code)
{
    switch (code) {
    case graph::OperatorCode::relu:
        return graph::Activation::relu;
    case graph::OperatorCode::relu6:
        return graph::Activation::relu6;
    default:
        return graph::Activation::none;
    }
}

} // namespace

Parameters softmax_parameters(const Subject& subject)
{
    const graph::Tensor& input = subject.input();
    const std::int64_t depth = input.shape.empty() ? 1 : input.shape.back();
    const double beta_scale
        = static_cast<double>(subject.op.as<graph::SoftmaxOptions>().beta) * scale(input);
    Parameters parameters {
        {"rows", input.elements() / depth},
        {"depth", depth},
    };
    if (input.type == graph::ElementType::int16)
        add_int16_softmax(parameters, subject.tables, beta_scale);
    else
        add_byte_softmax(parameters, beta_scale);
    add_ends(parameters, subject);
    return parameters;
}

Parameters lookup_parameters(const Subject& subject)
{
    scale(subject.input());
    scale(subject.output());
    Parameters parameters {
        {"elements", subject.output().elements()},
        {"table", lookup_table(subject)},
    };
    add_ends(parameters, subject);
    return parameters;
}

Parameters logistic_parameters(const Subject& subject)
{
    // Inputs are brought to 1 / (3 * 4096): 24 table steps a unit, 512 parts a step; exactly times
    // 3 if their scale is 1 / 4096 (compared as TensorFlow Lite does, by the logarithm to the third
    // digit), else by 15 bits.
    double multiplier = scale(subject.input()) * 4096 * 3;
    int shift = 0;
    if (std::abs(std::log2(scale(subject.input()) * 4096)) < 1e-3)
        multiplier = 3;
    else
        for (; multiplier <= 32767.0 / 2 && shift <= 30; ++shift)
            multiplier *= 2;
    if (multiplier > std::numeric_limits<std::int32_t>::max() || shift > 31)
        throw Unsupported("a logistic with an input scale this small or large");
    std::vector<std::int64_t> samples;
    for (std::uint32_t i = 0; i < 256; ++i)
        samples.push_back(graph::logistic_sample(i));
    Parameters parameters {
        {"elements", subject.output().elements()},
        {"multiplier", static_cast<std::int64_t>(multiplier)},
        {"shift", shift},
        {"table", subject.tables.add("uint16_t", std::move(samples))},
    };
    add_ends(parameters, subject);
    return parameters;
}

Parameters requantize_parameters(const Subject& subject)
{
    Parameters parameters {
        {"elements", subject.output().elements()},
        {"input_element", element_of(subject.input().type)},
        {"output_element", element_of(subject.output().type)},
        {"input_offset", -zero_point(subject.input())},
        {"output_offset", zero_point(subject.output())},
    };
    add_fixed_point(parameters, "", scale(subject.input()) / scale(subject.output()));
    add_activation(parameters, activation_of(subject.op.code), subject.output());
    add_ends(parameters, subject);
    return parameters;
}

Parameters quantize_parameters(const Subject& subject)
{
    Parameters parameters {
        {"elements", subject.output().elements()},
        {"output_element", element_of(subject.output().type)},
        {"zero_point", zero_point(subject.output())},
        {"scale", static_cast<float>(scale(subject.output()))},
    };
    add_ends(parameters, subject);
    return parameters;
}

Parameters dequantize_parameters(const Subject& subject)
{
    Parameters parameters {
        {"elements", subject.output().elements()},
        {"input_element", element_of(subject.input().type)},
        {"zero_point", zero_point(subject.input())},
        {"scale", static_cast<float>(scale(subject.input()))},
    };
    add_ends(parameters, subject);
    return parameters;
}

} // namespace plan
