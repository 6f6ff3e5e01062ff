// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/fixed_point_math.h"
#include "mcu_models/graph/requantize.h"
#include "profiler/plan/parameter_families.h"
#include "profiler/plan/weight_order.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

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

/// Sums of the weights' magnitudes, by output channel.
std::vector<std::int64_t> magnitudes(
    const graph::Tensor& weights, std::size_t channels, WeightLayout layout)
{
    std::vector<std::int64_t> sums(channels);
    const std::size_t count = weights.data->size(), per_channel = count / channels;
    for (std::size_t i = 0; i < count; ++i)
        sums[layout == WeightLayout::channel_first ? i / per_channel : i % channels]
            += std::abs(static_cast<int>(static_cast<std::int8_t>((*weights.data)[i])));
    return sums;
}

/// What is added to sums and what they are multiplied by, by output channel.
struct OutputStages {
    std::vector<std::int64_t> biases;
    std::vector<graph::FixedPoint> factors;
};

graph::Activation activation_of(const graph::Operator& op)
{
    if (const auto* options = std::get_if<graph::FullyConnectedOptions>(&op.options))
        return options->activation;
    return op.as<graph::ConvolutionOptions>().activation;
}

/// A channel with weights of zero gives a constant, but often by a bias and a factor that kernels
/// with doubled sums cannot take: its scale is as small as numbers get. They get there by another
/// way.
void simplify_dead_channels(OutputStages& stages, const Subject& subject, WeightLayout layout)
{
    const std::vector<std::int64_t> sums
        = magnitudes(subject.input(1), stages.biases.size(), layout);
    const auto [smallest, largest]
        = graph::activation_range(activation_of(subject.op), subject.output());
    const std::int64_t offset = zero_point(subject.output());
    for (std::size_t channel = 0; channel < sums.size(); ++channel) {
        if (sums[channel] != 0)
            continue;
        const auto bias = static_cast<std::int32_t>(stages.biases[channel]);
        const std::int64_t value = std::clamp<std::int64_t>(
            graph::fixed::multiply(bias, stages.factors[channel]) + offset, smallest, largest);
        constexpr std::int32_t half = 1 << 30;
        stages.biases[channel] = 4 * (value - offset); // halved by the multiplier and by the shift
        stages.factors[channel] = {half, -1};
    }
}

OutputStages output_stages(const Subject& subject, std::int64_t channels, WeightLayout layout)
{
    OutputStages stages {std::vector<std::int64_t>(static_cast<std::size_t>(channels), 0),
        graph::output_multipliers(subject.graph, subject.op)};
    if (subject.has_input(2))
        stages.biases = constant_integers(subject.input(2));
    if (subject.row.doubled_sums)
        simplify_dead_channels(stages, subject, layout);
    return stages;
}

/// Kernel rows (or columns) that are over the input: [first, end).
struct Taps {
    std::int64_t first = 0, end = 0;
    bool operator==(const Taps&) const = default;
};

struct Axis {
    std::int64_t input, output, kernel, stride, dilation, padding;
};

/// What of the kernel is over the input, along the output; equal neighbors once.
std::vector<Taps> kinds_of_taps(const Axis& axis)
{
    std::vector<Taps> kinds;
    for (std::int64_t at = 0; at < axis.output; ++at) {
        Taps taps {axis.kernel, 0};
        for (std::int64_t tap = 0; tap < axis.kernel; ++tap) {
            const std::int64_t place = at * axis.stride - axis.padding + tap * axis.dilation;
            if (place < 0 || place >= axis.input)
                continue;
            taps = {std::min(taps.first, tap), tap + 1};
        }
        if (kinds.empty() || !(kinds.back() == taps))
            kinds.push_back(taps);
    }
    return kinds;
}

struct WindowKinds {
    std::vector<Taps> rows, columns;
};

WindowKinds window_kinds(const Subject& subject)
{
    const auto& options = subject.op.as<graph::ConvolutionOptions>();
    const std::vector<int>& input = subject.input().shape;
    const std::vector<int>& weights = subject.input(1).shape;
    const std::vector<int>& output = subject.output().shape;
    return {kinds_of_taps({input.at(1), output.at(1), weights.at(1), options.stride_height,
                options.dilation_height, options.padding.top}),
        kinds_of_taps({input.at(2), output.at(2), weights.at(2), options.stride_width,
            options.dilation_width, options.padding.left})};
}

/// The sum of the weights that a channel has at one place of the kernel.
std::int64_t weights_at(const Subject& subject, WeightLayout layout, std::int64_t channel,
    std::int64_t row, std::int64_t column)
{
    const graph::Tensor& tensor = subject.input(1);
    const std::int64_t height = tensor.shape.at(1), width = tensor.shape.at(2),
                       depth = tensor.shape.at(3);
    const auto weight = [&](std::int64_t at) {
        return static_cast<std::int8_t>((*tensor.data)[static_cast<std::size_t>(at)]);
    };
    if (layout == WeightLayout::channel_last)
        return weight((row * width + column) * depth + channel);
    const std::int64_t first = ((channel * height + row) * width + column) * depth;
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < depth; ++i)
        sum += weight(first + i);
    return sum;
}

/// For each kind of window (rows of windows by columns) and channel the bias less what the input's
/// zero point makes of the weights that are over the input.
std::vector<std::int64_t> window_biases(
    const Subject& subject, const std::vector<std::int64_t>& bias, WeightLayout layout)
{
    const WindowKinds kinds = window_kinds(subject);
    std::vector<std::int64_t> result;
    for (const Taps& rows : kinds.rows)
        for (const Taps& columns : kinds.columns)
            for (std::size_t channel = 0; channel < bias.size(); ++channel) {
                std::int64_t sum = 0;
                for (std::int64_t y = rows.first; y < rows.end; ++y)
                    for (std::int64_t x = columns.first; x < columns.end; ++x)
                        sum += weights_at(
                            subject, layout, static_cast<std::int64_t>(channel), y, x);
                result.push_back(wrapped(bias[channel] - zero_point(subject.input()) * sum));
            }
    return result;
}

/// If the kernel wants it so.
std::vector<std::int64_t> doubled(const Subject& subject, std::vector<std::int64_t> biases)
{
    if (subject.row.doubled_sums)
        for (std::int64_t& bias : biases)
            bias = wrapped(2 * bias);
    return biases;
}

Value folded_bias(const Subject& subject, std::vector<std::int64_t> biases, WeightLayout layout)
{
    if (!subject.row.folded_bias)
        return NullPointer {};
    if (subject.row.bias_of_windows)
        return subject.tables.add(
            "int32_t", doubled(subject, window_biases(subject, biases, layout)));
    const std::vector<std::int64_t> sums
        = weight_sums(subject.input(1), static_cast<std::int64_t>(biases.size()), layout);
    for (std::size_t channel = 0; channel < biases.size(); ++channel)
        biases[channel] = wrapped(biases[channel] - zero_point(subject.input()) * sums[channel]);
    return subject.tables.add("int32_t", doubled(subject, std::move(biases)));
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

    const OutputStages stages = output_stages(subject, channels, layout);
    std::vector<std::int64_t> multipliers, shifts;
    for (const graph::FixedPoint& factor : stages.factors) {
        if (factor.shift > 30)
            throw Unsupported("a scale ratio of 2^30 or more");
        multipliers.push_back(factor.multiplier);
        shifts.push_back(subject.row.doubled_sums ? -factor.shift : factor.shift);
    }
    parameters.push_back({"bias_bits", long_bias ? 64 : 32});
    parameters.push_back({"input", subject.input_pointer()});
    Value weights = subject.input_pointer(1);
    if (const std::string& order = subject.row.weight_order; !order.empty())
        weights
            = subject.tables.add(Table {"int8_t", ordered_weights(order, subject.input(1)), true});
    parameters.push_back({"weights", weights});
    parameters.push_back({"bias", bias});
    parameters.push_back({"folded_bias", folded_bias(subject, stages.biases, layout)});
    parameters.push_back({"multiplier", subject.tables.add("int32_t", std::move(multipliers))});
    parameters.push_back({"shift", subject.tables.add("int8_t", std::move(shifts))});
    parameters.push_back({"output", subject.output_pointer()});
}

} // namespace

Parameters weighted_facts(const Subject& subject)
{
    const bool depthwise = subject.op.code == graph::OperatorCode::depthwise_conv_2d;
    const graph::Tensor& weights = subject.input(1);
    const std::int64_t channels = subject.op.code == graph::OperatorCode::fully_connected
        ? weights.shape.at(0)
        : subject.output().shape.at(3);
    const std::int64_t products
        = static_cast<std::int64_t>(weights.data->size()) / std::max<std::int64_t>(channels, 1);

    const WeightLayout layout
        = depthwise ? WeightLayout::channel_last : WeightLayout::channel_first;
    const std::vector<std::int64_t> sums
        = magnitudes(weights, static_cast<std::size_t>(channels), layout);
    constexpr std::int64_t activation_and_zero_point = 256;
    const OutputStages stages = output_stages(subject, channels, layout);
    std::int64_t largest_sum = 0, largest_shift = std::numeric_limits<std::int8_t>::min();
    for (std::size_t channel = 0; channel < sums.size(); ++channel)
        largest_sum = std::max(largest_sum,
            std::abs(stages.biases[channel]) + activation_and_zero_point * sums[channel]);
    for (const graph::FixedPoint& factor : stages.factors)
        largest_shift = std::max<std::int64_t>(largest_shift, factor.shift);

    std::int64_t bias_windows = 1, windows_outside = 0;
    if (subject.op.code != graph::OperatorCode::fully_connected) {
        const WindowKinds kinds = window_kinds(subject);
        bias_windows = static_cast<std::int64_t>(kinds.rows.size() * kinds.columns.size());
        for (const std::vector<Taps>& along : {kinds.rows, kinds.columns})
            windows_outside |= std::ranges::any_of(
                along, [](const Taps& taps) { return taps.end <= taps.first; });
    }
    constexpr std::int64_t four = 4;
    return {
        {"largest_sum", largest_sum},
        {"largest_shift", largest_shift},
        {"products", products},
        {"products_in_fours", (products + four - 1) / four * four},
        {"channels_in_fours", (channels + four - 1) / four * four},
        {"bias_windows", bias_windows},
        {"windows_outside", windows_outside},
    };
}

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
