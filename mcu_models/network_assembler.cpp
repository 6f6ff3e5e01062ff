// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_assembler.h"

#include "base/check.h"
#include "base/hash.h"
#include "mcu_models/graph/padding.h"
#include "mcu_models/network_calibration.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

namespace networks {
namespace {

using graph::Operator;
using graph::OperatorCode;
using graph::Tensor;
using graph::TensorIndex;

constexpr float relu6_scale = 6.0F / 255.0F;

/// What the values of a channel, before the activation, are brought to: each channel draws from
/// these ranges.
struct TargetRange {
    double least_mean, largest_mean, least_deviation, largest_deviation;
};
TargetRange range_of(Target target)
{
    switch (target) {
    case Target::relu6: // about a quarter at 0, about one in thirty at 6
    case Target::relu:
    case Target::before_swish:
        return {0.6, 2.4, 1.4, 2.6};
    case Target::linear:
        return {-1.0, 1.0, 0.6, 1.4};
    case Target::before_gate: // rarely closed, rarely wide open
        return {-1.5, 1.5, 0.6, 1.2};
    case Target::logits:
        return {-0.5, 0.5, 1.0, 1.0}; // a softmax of two classes still has something to say
    }
    CHECK(!"target out of range");
    return {};
}

graph::Activation activation_of(Target target)
{
    return target == Target::relu6 ? graph::Activation::relu6
        : target == Target::relu   ? graph::Activation::relu
                                   : graph::Activation::none;
}

std::uint64_t seed_of(const std::string& name)
{
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(name.data());
    return base::fnv1a(std::span(bytes, name.size()));
}

std::shared_ptr<const graph::TensorBytes> words(const std::vector<std::int32_t>& values)
{
    graph::TensorBytes bytes;
    for (const std::int32_t value : values)
        for (int shift = 0; shift < 32; shift += 8)
            bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(value) >> shift));
    return std::make_shared<const graph::TensorBytes>(std::move(bytes));
}

} // namespace

NetworkAssembler::NetworkAssembler(
    const std::string& name, PaddingStyle padding, Calibration calibration)
    : padding_(padding)
    , calibration_(calibration)
    , random_(seed_of(name))
{
    graph_.name = name;
}

TensorIndex NetworkAssembler::add_tensor(Tensor tensor)
{
    graph_.tensors.push_back(std::move(tensor));
    return static_cast<TensorIndex>(graph_.tensors.size() - 1);
}

TensorIndex NetworkAssembler::add_output(
    const std::string& name, std::vector<int> shape, graph::Quantization quantization)
{
    Tensor tensor;
    tensor.name = name;
    tensor.shape = std::move(shape);
    tensor.quantization = std::move(quantization);
    return add_tensor(std::move(tensor));
}

TensorIndex NetworkAssembler::add_weights(
    const std::string& name, std::vector<int> shape, int channel_dimension)
{
    Tensor tensor;
    tensor.name = name + "/weights";
    tensor.shape = std::move(shape);
    tensor.quantization.dimension = channel_dimension;
    graph::TensorBytes bytes(static_cast<std::size_t>(tensor.elements()));
    // Small weights are more frequent than large ones, as in trained networks.
    for (std::uint8_t& byte : bytes)
        byte = static_cast<std::uint8_t>((random_.whole(-127, 127) + random_.whole(-127, 127)) / 2);
    tensor.data = std::make_shared<const graph::TensorBytes>(std::move(bytes));
    return add_tensor(std::move(tensor));
}

TensorIndex NetworkAssembler::add_integers(
    const std::string& name, const std::vector<std::int32_t>& values)
{
    Tensor tensor;
    tensor.name = name;
    tensor.type = graph::ElementType::int32;
    tensor.shape = {static_cast<int>(values.size())};
    tensor.data = words(values);
    return add_tensor(std::move(tensor));
}

TensorIndex NetworkAssembler::add_constant(const std::string& name, double value)
{
    Tensor tensor;
    tensor.name = name;
    tensor.shape = {1};
    tensor.quantization = {{static_cast<float>(value / 127)}, {0}, 0};
    tensor.data = std::make_shared<const graph::TensorBytes>(graph::TensorBytes {127});
    return add_tensor(std::move(tensor));
}

Value NetworkAssembler::input(const std::vector<int>& shape, float scale, int zero_point)
{
    std::vector<int> with_batch = {1};
    with_batch.insert(with_batch.end(), shape.begin(), shape.end());
    const TensorIndex index = add_output("input", with_batch, {{scale}, {zero_point}, 0});
    graph_.inputs = {index};
    if (calibration_ == Calibration::none)
        return {index, {}};
    return {index, calibration_images(shape)};
}

graph::ConvolutionOptions NetworkAssembler::window(const Tensor& in, const Layer& layer) const
{
    graph::ConvolutionOptions options;
    options.stride_height = layer.stride.height;
    options.stride_width = layer.stride.width;
    options.depth_multiplier = layer.multiplier;
    options.activation = activation_of(layer.target);
    if (padding_ == PaddingStyle::same)
        options.padding = graph::margins_of(graph::Padding::same, in.shape[1], in.shape[2],
            {layer.kernel.height, layer.stride.height, 1},
            {layer.kernel.width, layer.stride.width, 1});
    else
        options.padding = {layer.kernel.height / 2, layer.kernel.height / 2, layer.kernel.width / 2,
            layer.kernel.width / 2};
    return options;
}

std::vector<int> NetworkAssembler::output_shape(const Tensor& in,
    const graph::ConvolutionOptions& options, const Layer& layer, int channels) const
{
    const auto& padding = options.padding;
    const int height = in.shape[1] + padding.top + padding.bottom - layer.kernel.height;
    const int width = in.shape[2] + padding.left + padding.right - layer.kernel.width;
    return {1, height / layer.stride.height + 1, width / layer.stride.width + 1, channels};
}

Value NetworkAssembler::convolution(const Layer& layer, const Value& in)
{
    const graph::ConvolutionOptions options = window(tensor(in.tensor), layer);
    const std::vector<int> shape = output_shape(tensor(in.tensor), options, layer, layer.channels);
    const TensorIndex weights = add_weights(layer.name,
        {layer.channels, layer.kernel.height, layer.kernel.width, tensor(in.tensor).shape[3]}, 0);
    const TensorIndex output = add_output(layer.name, shape, {});
    graph_.operators.push_back({OperatorCode::conv_2d, {in.tensor, weights}, {output}, options});
    return calibrated(layer, in);
}

Value NetworkAssembler::depthwise(const Layer& layer, const Value& in)
{
    const graph::ConvolutionOptions options = window(tensor(in.tensor), layer);
    const int channels = tensor(in.tensor).shape[3] * layer.multiplier;
    const std::vector<int> shape = output_shape(tensor(in.tensor), options, layer, channels);
    const TensorIndex weights
        = add_weights(layer.name, {1, layer.kernel.height, layer.kernel.width, channels}, 3);
    const TensorIndex output = add_output(layer.name, shape, {});
    graph_.operators.push_back(
        {OperatorCode::depthwise_conv_2d, {in.tensor, weights}, {output}, options});
    return calibrated(layer, in);
}

Value NetworkAssembler::fully_connected(const Layer& layer, const Value& in)
{
    const TensorIndex weights
        = add_weights(layer.name, {layer.channels, tensor(in.tensor).shape.back()}, 0);
    const TensorIndex output = add_output(layer.name, {1, layer.channels}, {});
    graph_.operators.push_back({OperatorCode::fully_connected, {in.tensor, weights}, {output},
        graph::FullyConnectedOptions {activation_of(layer.target), false}});
    return calibrated(layer, in);
}

Value NetworkAssembler::calibrated(const Layer& layer, const Value& in)
{
    const TensorIndex weights = graph_.operators.back().inputs[1];
    const TensorIndex output = graph_.operators.back().outputs[0];
    const auto channels = static_cast<std::size_t>(tensor(output).shape.back());

    std::vector<std::vector<std::int32_t>> sums;
    ChannelStatistics statistics(channels);
    for (const graph::TensorBytes& image : in.images) {
        sums.push_back(
            graph::weighted_sums(graph_, graph_.operators.back(), image, *tensor(weights).data));
        statistics.add(sums.back());
    }

    // Mean and deviation of each channel are brought to what the seed draws for it: a scale for the
    // weights, which are integers already, and a bias.
    std::vector<Spread> spreads
        = in.images.empty() ? std::vector<Spread>(channels) : statistics.spreads();
    double common_deviation = 0;
    for (Spread& spread : spreads) {
        spread.deviation = std::max(spread.deviation, 1.0);
        common_deviation += spread.deviation / static_cast<double>(channels);
    }
    const bool per_tensor = graph_.operators.back().code == OperatorCode::fully_connected;
    const TargetRange range = range_of(layer.target);
    const double input_scale = static_cast<double>(tensor(in.tensor).quantization.scale[0]);
    graph::Quantization quantization;
    quantization.dimension = tensor(weights).quantization.dimension;
    std::vector<float> bias_scales;
    std::vector<std::int32_t> bias;
    for (const Spread& spread : spreads) {
        const double mean = random_.real(range.least_mean, range.largest_mean);
        const double deviation = random_.real(range.least_deviation, range.largest_deviation);
        const double step
            = deviation / (per_tensor ? common_deviation : spread.deviation); // of a sum of one
        bias.push_back(static_cast<std::int32_t>(std::lround(mean / step - spread.mean)));
        if (!per_tensor || quantization.scale.empty()) {
            quantization.scale.push_back(static_cast<float>(step / input_scale));
            quantization.zero_point.push_back(0);
            bias_scales.push_back(
                tensor(in.tensor).quantization.scale[0] * quantization.scale.back());
        }
    }
    Tensor bias_tensor;
    bias_tensor.name = layer.name + "/bias";
    bias_tensor.type = graph::ElementType::int32;
    bias_tensor.shape = {static_cast<int>(channels)};
    bias_tensor.quantization = {bias_scales, std::vector<std::int64_t>(bias_scales.size(), 0), 0};
    bias_tensor.data = words(bias);
    tensor(weights).quantization = quantization;
    graph_.operators.back().inputs.push_back(add_tensor(std::move(bias_tensor)));

    if (layer.target == Target::relu6)
        tensor(output).quantization = {{relu6_scale}, {-128}, 0};
    else
        tensor(output).quantization = range_of_sums(sums, layer.target);

    Value value {output, {}};
    for (std::vector<std::int32_t>& image : sums) {
        value.images.push_back(graph::requantized_sums(graph_, graph_.operators.back(), image));
        image = {};
    }
    return value;
}

graph::Quantization NetworkAssembler::range_of_sums(
    const std::vector<std::vector<std::int32_t>>& sums, Target target)
{
    if (sums.empty())
        return covering(-6, 6);
    // Seen at a coarse scale first: beyond 16 there is next to nothing.
    constexpr double coarse = 1.0 / 8;
    Tensor& output = tensor(graph_.operators.back().outputs[0]);
    output.quantization = {{static_cast<float>(coarse)}, {0}, 0};
    Histogram histogram;
    for (const std::vector<std::int32_t>& image : sums)
        histogram.add(graph::requantized_sums(graph_, graph_.operators.back(), image));
    double lowest = (histogram.percentile(0.001) - 1) * coarse;
    double highest = (histogram.percentile(0.999) + 1) * coarse;
    if (target == Target::relu)
        lowest = 0;
    if (target == Target::logits) {
        // A handful of values says little about the range.
        lowest = std::min(lowest, -6.0);
        highest = std::max(highest, 6.0);
    }
    return covering(lowest, highest);
}

Value NetworkAssembler::run(const std::vector<const Value*>& operands)
{
    const Operator& op = graph_.operators.back();
    Value value {op.outputs[0], {}};
    for (std::size_t image = 0; image < operands[0]->images.size(); ++image) {
        std::vector<std::span<const std::uint8_t>> bytes;
        for (const Value* operand : operands)
            bytes.emplace_back(operand->images[image]);
        for (std::size_t i = bytes.size(); i < op.inputs.size(); ++i)
            bytes.emplace_back(*tensor(op.inputs[i]).data);
        value.images.push_back(graph::interpret_operator(graph_, op, bytes).front());
    }
    return value;
}

Value NetworkAssembler::ranged(
    Operator op, const std::vector<const Value*>& operands, double coarse)
{
    const TensorIndex output = op.outputs[0];
    graph_.operators.push_back(std::move(op));
    tensor(output).quantization = {{static_cast<float>(coarse)}, {0}, 0};
    if (operands[0]->images.empty()) {
        tensor(output).quantization = covering(-6, 6);
        return {output, {}};
    }
    Histogram histogram;
    for (const graph::TensorBytes& image : run(operands).images)
        histogram.add(image);
    tensor(output).quantization = covering(
        (histogram.percentile(0.001) - 1) * coarse, (histogram.percentile(0.999) + 1) * coarse);
    return run(operands);
}

Value NetworkAssembler::add(const Layer& layer, const Value& a, const Value& b)
{
    const double coarse = static_cast<double>(tensor(a.tensor).quantization.scale[0])
        + static_cast<double>(tensor(b.tensor).quantization.scale[0]);
    const std::vector<int> shape = tensor(a.tensor).shape;
    const TensorIndex output = add_output(layer.name, shape, {});
    const Operator op {OperatorCode::add, {a.tensor, b.tensor}, {output},
        graph::ElementwiseOptions {activation_of(layer.target)}};
    return ranged(op, {&a, &b}, coarse);
}

Value NetworkAssembler::multiply(const Layer& layer, const Value& a, const Value& b)
{
    const std::vector<int> shape = tensor(a.tensor).shape;
    const double coarse = static_cast<double>(tensor(a.tensor).quantization.scale[0]) * 2;
    const TensorIndex output = add_output(layer.name, shape, {});
    const Operator op {OperatorCode::mul, {a.tensor, b.tensor}, {output},
        graph::ElementwiseOptions {graph::Activation::none}};
    return ranged(op, {&a, &b}, coarse);
}

Value NetworkAssembler::hard_swish(const Layer& layer, const Value& in)
{
    const std::vector<int> shape = tensor(in.tensor).shape;
    const double coarse = static_cast<double>(tensor(in.tensor).quantization.scale[0]) * 2;
    const TensorIndex output = add_output(layer.name, shape, {});
    const Operator op {OperatorCode::hard_swish, {in.tensor}, {output}, {}};
    return ranged(op, {&in}, coarse);
}

Value NetworkAssembler::hard_sigmoid(const Layer& layer, const Value& in)
{
    // As converters write it: (x + 3) clamped to 0...6, times 1/6.
    const std::vector<int> shape = tensor(in.tensor).shape;
    const TensorIndex three = add_constant(layer.name + "/three", 3);
    const TensorIndex clamped
        = add_output(layer.name + "/clamped", shape, {{relu6_scale}, {-128}, 0});
    graph_.operators.push_back({OperatorCode::add, {in.tensor, three}, {clamped},
        graph::ElementwiseOptions {graph::Activation::relu6}});
    const Value sum = run({&in});
    const TensorIndex sixth = add_constant(layer.name + "/sixth", 1.0 / 6);
    const TensorIndex output = add_output(layer.name, shape, {{1.0F / 255.0F}, {-128}, 0});
    graph_.operators.push_back({OperatorCode::mul, {clamped, sixth}, {output},
        graph::ElementwiseOptions {graph::Activation::none}});
    return run({&sum});
}

Value NetworkAssembler::max_pool(const Layer& layer, const Value& in)
{
    const Tensor from = tensor(in.tensor);
    graph::PoolOptions options;
    options.filter_height = layer.kernel.height;
    options.filter_width = layer.kernel.width;
    options.stride_height = layer.stride.height;
    options.stride_width = layer.stride.width;
    const std::vector<int> shape
        = {1, (from.shape[1] - options.filter_height) / options.stride_height + 1,
            (from.shape[2] - options.filter_width) / options.stride_width + 1, from.shape[3]};
    const TensorIndex output = add_output(layer.name, shape, from.quantization);
    graph_.operators.push_back({OperatorCode::max_pool_2d, {in.tensor}, {output}, options});
    return run({&in});
}

Value NetworkAssembler::average(const Layer& layer, const Value& in)
{
    const Tensor from = tensor(in.tensor);
    graph::PoolOptions options;
    options.filter_height = from.shape[1];
    options.filter_width = from.shape[2];
    const TensorIndex output = add_output(layer.name, {1, 1, 1, from.shape[3]}, from.quantization);
    graph_.operators.push_back({OperatorCode::average_pool_2d, {in.tensor}, {output}, options});
    return run({&in});
}

Value NetworkAssembler::upsample(const Layer& layer, const Value& in)
{
    const Tensor from = tensor(in.tensor);
    const std::vector<int> shape = {1, 2 * from.shape[1], 2 * from.shape[2], from.shape[3]};
    const TensorIndex size = add_integers(layer.name + "/size", {shape[1], shape[2]});
    const TensorIndex output = add_output(layer.name, shape, from.quantization);
    graph_.operators.push_back({OperatorCode::resize_nearest_neighbor, {in.tensor, size}, {output},
        graph::ResizeOptions {}});
    return run({&in});
}

Value NetworkAssembler::flatten(const Layer& layer, const Value& in)
{
    const Tensor from = tensor(in.tensor);
    const std::vector<std::int32_t> shape = {1, static_cast<std::int32_t>(from.elements())};
    const TensorIndex shape_index = add_integers(layer.name + "/shape", shape);
    const TensorIndex output = add_output(layer.name, {shape[0], shape[1]}, from.quantization);
    graph_.operators.push_back({OperatorCode::reshape, {in.tensor, shape_index}, {output}, {}});
    return run({&in});
}

Value NetworkAssembler::softmax(const Layer& layer, const Value& in)
{
    const std::vector<int> shape = tensor(in.tensor).shape;
    const TensorIndex output = add_output(layer.name, shape, {{1.0F / 256.0F}, {-128}, 0});
    graph_.operators.push_back(
        {OperatorCode::softmax, {in.tensor}, {output}, graph::SoftmaxOptions {}});
    return run({&in});
}

graph::ModelGraph NetworkAssembler::finish(const std::vector<Value>& outputs) &&
{
    for (const Value& output : outputs)
        graph_.outputs.push_back(output.tensor);
    return std::move(graph_);
}

} // namespace networks
