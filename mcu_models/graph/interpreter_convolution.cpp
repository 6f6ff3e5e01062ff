// SPDX-License-Identifier: GPL-2.0-or-later
// CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED.
//
// Activations and weights have their zero points taken off first, so that padding is zeros around
// the input and no loop needs to ask where the border is.
#include "mcu_models/graph/fixed_point_math.h"
#include "mcu_models/graph/interpreter_step.h"
#include "mcu_models/graph/requantize.h"

#include <fmt/format.h>

#include <algorithm>

namespace graph {
namespace {

using Centered = std::vector<std::int16_t>;

Centered centered(const Step& step, std::size_t index)
{
    const std::int32_t zero_point = zero_point_of(step.input(index));
    const std::vector<std::int32_t> stored = step.integers(index);
    Centered values(stored.size());
    std::transform(stored.begin(), stored.end(), values.begin(),
        [=](std::int32_t value) { return static_cast<std::int16_t>(value - zero_point); });
    return values;
}

template <class Sum>
Sum dot(const std::int16_t* a, const std::int16_t* b, int count)
{
    Sum sum = 0;
    for (int i = 0; i < count; ++i)
        sum += static_cast<Sum>(a[i]) * b[i];
    return sum;
}

/// A centered image within margins of zeros.
struct PaddedImage {
    Extent extent;
    Centered values;
};

/// Each channel is repeated `copies` times, which makes any depth multiplier one.
PaddedImage padded(const Centered& values, Extent extent, const Margins& padding, int copies)
{
    PaddedImage result;
    result.extent = {extent.batch, extent.height + padding.top + padding.bottom,
        extent.width + padding.left + padding.right, extent.channels * copies};
    result.values.assign(result.extent.elements(), 0);
    for (int b = 0; b < extent.batch; ++b)
        for (int y = 0; y < extent.height; ++y)
            for (int x = 0; x < extent.width; ++x) {
                const std::int16_t* from = &values[extent.at(b, y, x)];
                std::int16_t* to
                    = &result.values[result.extent.at(b, y + padding.top, x + padding.left)];
                for (int c = 0; c < extent.channels; ++c)
                    to = std::fill_n(to, copies, from[c]);
            }
    return result;
}

/// The filter may look beyond the padding that the options state (never with TF's SAME and VALID);
/// what is there counts as zero too.
Margins enough_padding(const Step& step, int filter_height, int filter_width)
{
    const auto& options = step.op.as<ConvolutionOptions>();
    const Extent input = extent_of(step.input(0));
    const Extent output = extent_of(step.output());
    const int height = (output.height - 1) * options.stride_height
        + (filter_height - 1) * options.dilation_height + 1;
    const int width = (output.width - 1) * options.stride_width
        + (filter_width - 1) * options.dilation_width + 1;
    Margins padding = options.padding;
    padding.bottom = std::max(padding.bottom, height - input.height - padding.top);
    padding.right = std::max(padding.right, width - input.width - padding.left);
    return padding;
}

template <class Sum>
std::vector<Sum> convolution_sums(const Step& step)
{
    const auto& options = step.op.as<ConvolutionOptions>();
    const Extent filter = extent_of(step.input(1)); // the batch is the output channel
    const Extent out = extent_of(step.output());
    if (filter.channels != extent_of(step.input(0)).channels)
        step.refuse(fmt::format("grouped convolution (weights for {} channels, input has {})",
            filter.channels, extent_of(step.input(0)).channels));
    const PaddedImage image = padded(centered(step, 0), extent_of(step.input(0)),
        enough_padding(step, filter.height, filter.width), 1);
    const Centered weights = centered(step, 1);

    // Neighboring columns lie side by side unless the filter is dilated: one dot product takes a
    // row of the filter.
    const int columns = options.dilation_width == 1 ? filter.width : 1;
    std::vector<Sum> sums(out.elements());
    for (int b = 0; b < out.batch; ++b)
        for (int y = 0; y < out.height; ++y)
            for (int x = 0; x < out.width; ++x)
                for (int c = 0; c < out.channels; ++c) {
                    Sum sum = 0;
                    for (int row = 0; row < filter.height; ++row)
                        for (int column = 0; column < filter.width; column += columns) {
                            const int image_y
                                = y * options.stride_height + row * options.dilation_height;
                            const int image_x
                                = x * options.stride_width + column * options.dilation_width;
                            sum += dot<Sum>(&image.values[image.extent.at(b, image_y, image_x)],
                                &weights[filter.at(c, row, column)], columns * filter.channels);
                        }
                    sums[out.at(b, y, x, c)] = sum;
                }
    return sums;
}

template <class Sum>
std::vector<Sum> depthwise_sums(const Step& step)
{
    const auto& options = step.op.as<ConvolutionOptions>();
    const Extent in = extent_of(step.input(0));
    const Extent filter = extent_of(step.input(1));
    const Extent out = extent_of(step.output());
    if (in.channels * options.depth_multiplier != out.channels || filter.channels != out.channels)
        step.refuse(fmt::format("depth multiplier {} does not lead from {} to {} channels",
            options.depth_multiplier, in.channels, out.channels));
    const PaddedImage image = padded(centered(step, 0), in,
        enough_padding(step, filter.height, filter.width), options.depth_multiplier);
    const Centered weights = centered(step, 1);

    std::vector<Sum> sums(out.elements());
    for (int b = 0; b < out.batch; ++b)
        for (int y = 0; y < out.height; ++y)
            for (int x = 0; x < out.width; ++x)
                for (int row = 0; row < filter.height; ++row)
                    for (int column = 0; column < filter.width; ++column) {
                        const int image_y
                            = y * options.stride_height + row * options.dilation_height;
                        const int image_x
                            = x * options.stride_width + column * options.dilation_width;
                        const std::int16_t* pixel
                            = &image.values[image.extent.at(b, image_y, image_x)];
                        const std::int16_t* weight = &weights[filter.at(0, row, column)];
                        Sum* sum = &sums[out.at(b, y, x)];
                        for (int c = 0; c < out.channels; ++c)
                            sum[c] += static_cast<Sum>(pixel[c]) * weight[c];
                    }
    return sums;
}

template <class Sum>
std::vector<Sum> fully_connected_sums(const Step& step)
{
    const int channels = step.input(1).shape.at(0);
    const int depth = step.input(1).shape.at(1);
    const Centered input = centered(step, 0);
    const Centered weights = centered(step, 1);

    std::vector<Sum> sums;
    for (std::size_t row = 0; row + static_cast<std::size_t>(depth) <= input.size();
         row += static_cast<std::size_t>(depth))
        for (int c = 0; c < channels; ++c)
            sums.push_back(
                dot<Sum>(&input[row], &weights[static_cast<std::size_t>(c * depth)], depth));
    return sums;
}

template <class Sum>
std::vector<Sum> sums_of(const Step& step)
{
    switch (step.op.code) {
    case OperatorCode::conv_2d:
        return convolution_sums<Sum>(step);
    case OperatorCode::depthwise_conv_2d:
        return depthwise_sums<Sum>(step);
    default:
        return fully_connected_sums<Sum>(step);
    }
}

/// Adds the bias and brings the sums to the scale of the output.
template <class Sum>
TensorBytes requantized(const Step& step, std::span<const Sum> sums, Activation activation)
{
    const Tensor& output = step.output();
    const auto [lowest, highest] = activation_range(activation, output);
    const std::int32_t zero_point = zero_point_of(output);
    const std::vector<FixedPoint> multipliers = output_multipliers(step.graph, step.op);
    const std::size_t channels = multipliers.size();
    std::vector<std::int64_t> bias(channels, 0);
    if (step.has_input(2))
        bias = step.long_integers(2);

    std::vector<std::int32_t> values(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const std::size_t channel = i % channels;
        const auto sum = static_cast<Sum>(sums[i] + bias[channel]);
        const std::int64_t value
            = std::int64_t {fixed::multiply(sum, multipliers[channel])} + zero_point;
        values[i] = static_cast<std::int32_t>(std::clamp<std::int64_t>(value, lowest, highest));
    }
    return stored_as(output.type, values);
}

std::vector<TensorBytes> run_weighted(const Step& step, Activation activation)
{
    const ElementType type = step.input(0).type;
    if (!holds_activations(type) || step.output().type != type)
        step.refuse(fmt::format(
            "{} activations to {}: not supported", name_of(type), name_of(step.output().type)));
    if (type == ElementType::int16)
        return {requantized<std::int64_t>(step, sums_of<std::int64_t>(step), activation)};
    return {requantized<std::int32_t>(step, sums_of<std::int32_t>(step), activation)};
}

} // namespace

std::vector<TensorBytes> run_convolution(const Step& step)
{
    return run_weighted(step, step.op.as<ConvolutionOptions>().activation);
}

std::vector<TensorBytes> run_depthwise_convolution(const Step& step)
{
    return run_weighted(step, step.op.as<ConvolutionOptions>().activation);
}

std::vector<TensorBytes> run_fully_connected(const Step& step)
{
    return run_weighted(step, step.op.as<FullyConnectedOptions>().activation);
}

std::vector<std::int32_t> weighted_sums(const ModelGraph& graph, const Operator& op,
    std::span<const std::uint8_t> input, std::span<const std::uint8_t> weights)
{
    std::vector<std::span<const std::uint8_t>> bytes(op.inputs.size());
    bytes.at(0) = input;
    bytes.at(1) = weights;
    return sums_of<std::int32_t>(Step {graph, op, bytes});
}

TensorBytes requantized_sums(
    const ModelGraph& graph, const Operator& op, std::span<const std::int32_t> sums)
{
    std::vector<std::span<const std::uint8_t>> bytes(op.inputs.size());
    if (op.inputs.size() > 2 && op.inputs[2] != no_tensor)
        bytes[2] = *graph.tensor(op.inputs[2]).data;
    const Activation activation = op.code == OperatorCode::fully_connected
        ? op.as<FullyConnectedOptions>().activation
        : op.as<ConvolutionOptions>().activation;
    return requantized<std::int32_t>(Step {graph, op, bytes}, sums, activation);
}

} // namespace graph
