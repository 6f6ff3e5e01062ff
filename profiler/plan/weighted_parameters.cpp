// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/requantize.h"
#include "profiler/plan/parameter_families.h"

#include <cstring>

namespace plan {
namespace {

enum class WeightLayout { channel_first, channel_last };

/// Sums of products wrap around as int32_t does on the target.
std::int64_t wrapped(std::int64_t value)
{
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
}

std::vector<std::int64_t> weight_sums(
    const graph::Tensor& weights, std::int64_t channels, WeightLayout layout)
{
    std::vector<std::int64_t> sums(static_cast<std::size_t>(channels));
    const std::size_t count = weights.data->size();
    const std::size_t per_channel = count / sums.size();
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t channel
            = layout == WeightLayout::channel_first ? i / per_channel : i % sums.size();
        sums[channel] += static_cast<std::int8_t>((*weights.data)[i]);
    }
    return sums;
}

std::vector<std::int64_t> biases(const Subject& subject, std::int64_t channels)
{
    if (!subject.has_input(2))
        return std::vector<std::int64_t>(static_cast<std::size_t>(channels), 0);
    return constant_integers(subject.input(2));
}

Value folded_bias(const Subject& subject, std::int64_t channels, WeightLayout layout)
{
    if (!subject.row.folded_bias)
        return NullPointer {};
    std::vector<std::int64_t> folded = biases(subject, channels);
    std::vector<std::int64_t> sums = weight_sums(subject.input(1), channels, layout);
    for (std::size_t channel = 0; channel < folded.size(); ++channel)
        folded[channel] = wrapped(folded[channel] - zero_point(subject.input()) * sums[channel]);
    return subject.tables.add("int32_t", std::move(folded));
}

void require_usable_weights(const Subject& subject)
{
    const graph::Tensor& weights = subject.input(1);
    if (!weights.constant())
        throw Unsupported("weights that are not constant");
    for (std::int64_t zero : weights.quantization.zero_point)
        if (weights.type == graph::ElementType::int8 && zero != 0)
            throw Unsupported("int8 weights with a zero point other than 0");
    if (subject.has_input(2) && !subject.input(2).constant())
        throw Unsupported("a bias that is not constant");
    scale(subject.input());
    scale(subject.output());
}

void add_offsets(Parameters& parameters, const Subject& subject)
{
    parameters.push_back({"input_offset", -zero_point(subject.input())});
    parameters.push_back({"weights_offset", -zero_point(subject.input(1))});
    parameters.push_back({"output_offset", zero_point(subject.output())});
}

void add_weights(
    Parameters& parameters, const Subject& subject, std::int64_t channels, WeightLayout layout)
{
    const bool long_bias
        = subject.has_input(2) && subject.input(2).type == graph::ElementType::int64;
    Value bias = NullPointer {};
    // What folds the bias into a table does not read it: it must not take room in flash twice.
    if (subject.has_input(2) && !subject.row.folded_bias)
        bias = subject.input_pointer(2);

    std::vector<std::int64_t> multipliers, shifts;
    for (const graph::FixedPoint& factor : graph::output_multipliers(subject.graph, subject.op)) {
        if (factor.shift > 30)
            throw Unsupported("a scale ratio of 2^30 or more");
        multipliers.push_back(factor.multiplier);
        shifts.push_back(factor.shift);
    }
    parameters.push_back({"bias_bits", long_bias ? 64 : 32});
    parameters.push_back({"input", subject.input_pointer()});
    parameters.push_back({"weights", subject.input_pointer(1)});
    parameters.push_back({"bias", bias});
    parameters.push_back({"folded_bias", folded_bias(subject, channels, layout)});
    parameters.push_back({"multiplier", subject.tables.add("int32_t", std::move(multipliers))});
    parameters.push_back({"shift", subject.tables.add("int8_t", std::move(shifts))});
    parameters.push_back({"output", subject.output_pointer()});
}

} // namespace

Parameters convolution_parameters(const Subject& subject)
{
    require_usable_weights(subject);
    const auto& options = subject.op.as<graph::ConvolutionOptions>();
    const std::vector<int>& input = subject.input().shape;
    const std::vector<int>& weights = subject.input(1).shape;
    const std::vector<int>& output = subject.output().shape;
    const bool depthwise = subject.op.code == graph::OperatorCode::depthwise_conv_2d;
    if (!depthwise && weights.at(3) != input.at(3))
        throw Unsupported("grouped convolution");

    Parameters parameters {
        {"batches", input.at(0)},
        {"input_height", input.at(1)},
        {"input_width", input.at(2)},
        {"input_channels", input.at(3)},
        {"output_height", output.at(1)},
        {"output_width", output.at(2)},
        {"output_channels", output.at(3)},
        {"kernel_height", weights.at(1)},
        {"kernel_width", weights.at(2)},
        {"stride_height", options.stride_height},
        {"stride_width", options.stride_width},
        {"dilation_height", options.dilation_height},
        {"dilation_width", options.dilation_width},
        {"padding_top", options.padding.top},
        {"padding_left", options.padding.left},
        {"window_width",
            (output[2] - 1) * options.stride_width + (weights[2] - 1) * options.dilation_width + 1},
        {"depth_multiplier", depthwise ? output[3] / input[3] : 1},
    };
    add_offsets(parameters, subject);
    add_activation(parameters, options.activation, subject.output());
    add_weights(parameters, subject, output[3],
        depthwise ? WeightLayout::channel_last : WeightLayout::channel_first);
    parameters.push_back({"scratch", NullPointer {}});
    return parameters;
}

Parameters fully_connected_parameters(const Subject& subject)
{
    require_usable_weights(subject);
    const std::vector<int>& weights = subject.input(1).shape;
    const std::int64_t channels = weights.at(0), depth = weights.at(1);
    Parameters parameters {
        {"batches", subject.input().elements() / depth},
        {"input_channels", depth},
        {"output_channels", channels},
    };
    add_offsets(parameters, subject);
    add_activation(
        parameters, subject.op.as<graph::FullyConnectedOptions>().activation, subject.output());
    add_weights(parameters, subject, channels, WeightLayout::channel_first);
    return parameters;
}

} // namespace plan
