// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/graph/sample_graphs.h"

#include "mcu_models/graph/constant_values.h"
#include "mcu_models/graph/padding.h"

#include <fmt/format.h>

#include <string>

namespace samples {
namespace {

using namespace graph;
using enum OperatorCode;

Tensor activation(ElementType type, std::vector<int> shape, float scale = 0.1F, int zero_point = 0)
{
    Tensor tensor;
    tensor.type = type;
    tensor.shape = std::move(shape);
    if (type != ElementType::float32)
        tensor.quantization = {{scale}, {zero_point}, 0};
    return tensor;
}

/// Appends tensors and operators in the order of the calls, tensors of an operator's output after
/// its inputs.
class Sketch {
public:
    explicit Sketch(std::string name) { graph_.name = std::move(name); }

    TensorIndex append(Tensor tensor)
    {
        tensor.name = fmt::format("t{}", graph_.tensors.size());
        graph_.tensors.push_back(std::move(tensor));
        return static_cast<TensorIndex>(graph_.tensors.size() - 1);
    }

    TensorIndex input(Tensor tensor)
    {
        const TensorIndex index = append(std::move(tensor));
        graph_.inputs.push_back(index);
        return index;
    }

    /// Data that differs from element to element; one scale a channel if `channels` is given.
    TensorIndex constant(
        ElementType type, std::vector<int> shape, int channels = 1, int dimension = 0)
    {
        const TensorIndex index = append(activation(type, std::move(shape)));
        Tensor& tensor = graph_.tensor(index);
        tensor.quantization.scale.clear();
        for (int i = 0; i < channels; ++i)
            tensor.quantization.scale.push_back(0.01F + 0.001F * static_cast<float>(i));
        tensor.quantization.zero_point.assign(static_cast<std::size_t>(channels), 0);
        tensor.quantization.dimension = dimension;
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(tensor.bytes()));
        // Of a 64-bit bias only the lower half: sums have to fit into 48 bits.
        for (std::size_t i = 0; i < bytes.size(); ++i)
            if (type != ElementType::int64 || i % 8 < 4)
                bytes[i] = static_cast<std::uint8_t>(i * 29 + 3);
        tensor.data = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
        return index;
    }

    TensorIndex integers(std::vector<int> shape, const std::vector<int>& values)
    {
        return append(int32_constant({}, std::move(shape), values));
    }

    TensorIndex apply(OperatorCode code, std::vector<TensorIndex> inputs, Tensor output,
        OperatorOptions options = {})
    {
        const TensorIndex index = append(std::move(output));
        graph_.operators.push_back({code, std::move(inputs), {index}, std::move(options)});
        return index;
    }
    void apply_many(OperatorCode code, std::vector<TensorIndex> inputs,
        std::vector<TensorIndex> outputs, OperatorOptions options)
    {
        graph_.operators.push_back(
            {code, std::move(inputs), std::move(outputs), std::move(options)});
    }

    ModelGraph finished(TensorIndex output)
    {
        graph_.outputs = {output};
        return graph_;
    }

private:
    ModelGraph graph_;
};

} // namespace

ModelGraph convolutions()
{
    using enum ElementType;
    Sketch sketch("convolutions");
    TensorIndex at = sketch.input(activation(int8, {1, 9, 8, 3}, 0.1F, -5));
    at = sketch.apply(pad, {at, sketch.integers({4, 2}, {0, 0, 1, 0, 0, 1, 0, 0})},
        activation(int8, {1, 10, 9, 3}, 0.1F, -5));
    at = sketch.apply(conv_2d,
        {at, sketch.constant(int8, {4, 3, 3, 3}, 4), sketch.constant(int32, {4})},
        activation(int8, {1, 5, 5, 4}, 0.2F, 7),
        ConvolutionOptions {.stride_height = 2,
            .stride_width = 2,
            .padding = margins_of(Padding::same, 10, 9, {3, 2, 1}, {3, 2, 1}),
            .activation = Activation::relu6});
    at = sketch.apply(depthwise_conv_2d,
        {at, sketch.constant(int8, {1, 3, 3, 8}, 8, 3), sketch.constant(int32, {8})},
        activation(int8, {1, 5, 5, 8}, 0.3F, -1),
        ConvolutionOptions {.dilation_height = 2,
            .dilation_width = 2,
            .depth_multiplier = 2,
            .padding = margins_of(Padding::same, 5, 5, {3, 1, 2}, {3, 1, 2})});
    at = sketch.apply(max_pool_2d, {at}, activation(int8, {1, 3, 3, 8}, 0.3F, -1),
        PoolOptions {.filter_height = 3,
            .filter_width = 3,
            .stride_height = 2,
            .stride_width = 2,
            .padding = margins_of(Padding::same, 5, 5, {3, 2, 1}, {3, 2, 1})});
    at = sketch.apply(average_pool_2d, {at}, activation(int8, {1, 2, 1, 8}, 0.3F, -1),
        PoolOptions {.filter_height = 2,
            .filter_width = 3,
            .stride_height = 1,
            .stride_width = 1,
            .padding = {}});
    at = sketch.apply(
        reshape, {at, sketch.integers({2}, {1, 16})}, activation(int8, {1, 16}, 0.3F, -1));
    at = sketch.apply(fully_connected, {at, sketch.constant(int8, {5, 16}), no_tensor},
        activation(int8, {1, 5}, 0.4F, 3), FullyConnectedOptions {Activation::relu});
    at = sketch.apply(softmax, {at}, activation(int8, {1, 5}, 0x1p-8F, -128), SoftmaxOptions {1});
    return sketch.finished(at);
}

ModelGraph everything_else()
{
    using enum ElementType;
    Sketch sketch("everything_else");
    TensorIndex at = sketch.input(activation(float32, {1, 4, 6, 2}));
    at = sketch.apply(quantize, {at}, activation(int8, {1, 4, 6, 2}));
    const TensorIndex start = at;
    at = sketch.apply(add, {at, sketch.constant(int8, {2})}, activation(int8, {1, 4, 6, 2}),
        ElementwiseOptions {Activation::relu_n1_to_1});
    at = sketch.apply(
        mul, {at, start}, activation(int8, {1, 4, 6, 2}, 0.2F, 4), ElementwiseOptions {});
    at = sketch.apply(sub, {start, at}, activation(int8, {1, 4, 6, 2}), ElementwiseOptions {});
    at = sketch.apply(concatenation, {at, start}, activation(int8, {1, 4, 6, 4}), AxisOptions {3});
    const TensorIndex left = sketch.append(activation(int8, {1, 4, 3, 4}));
    const TensorIndex right = sketch.append(activation(int8, {1, 4, 3, 4}));
    sketch.apply_many(split, {sketch.integers({}, {-2}), at}, {left, right}, AxisOptions {2});
    at = sketch.apply(pack, {left, right}, activation(int8, {1, 2, 4, 3, 4}), AxisOptions {1});
    at = sketch.apply(strided_slice,
        {at, sketch.integers({5}, {0, 1, -1, 0, 1}), sketch.integers({5}, {1, 2, -5, 3, 4}),
            sketch.integers({5}, {1, 1, -2, 1, 2})},
        activation(int8, {1, 2, 3, 2}),
        StridedSliceOptions {.begin_mask = 1, .end_mask = 8, .shrink_axis_mask = 2});
    at = sketch.apply(
        transpose, {at, sketch.integers({4}, {0, 3, 1, 2})}, activation(int8, {1, 2, 2, 3}));
    at = sketch.apply(resize_nearest_neighbor, {at, sketch.integers({2}, {4, 4})},
        activation(int8, {1, 4, 4, 3}), ResizeOptions {.half_pixel_centers = true});
    at = sketch.apply(resize_bilinear, {at, sketch.integers({2}, {3, 5})},
        activation(int8, {1, 3, 5, 3}), ResizeOptions {.align_corners = true});
    at = sketch.apply(mean, {at, sketch.integers({2}, {1, -2})}, activation(int8, {1, 1, 1, 3}),
        MeanOptions {true});
    at = sketch.apply(squeeze, {at}, activation(int8, {1, 3}));
    at = sketch.apply(expand_dims, {at, sketch.integers({1}, {-1})}, activation(int8, {1, 3, 1}));
    at = sketch.apply(hard_swish, {at}, activation(int8, {1, 3, 1}, 0.1F, 9));
    at = sketch.apply(relu, {at}, activation(int8, {1, 3, 1}));
    at = sketch.apply(relu6, {at}, activation(int8, {1, 3, 1}));
    at = sketch.apply(logistic, {at}, activation(int8, {1, 3, 1}, 0x1p-8F, -128));
    at = sketch.apply(dequantize, {at}, activation(float32, {1, 3, 1}));
    return sketch.finished(at);
}

ModelGraph legacy()
{
    using enum ElementType;
    Sketch sketch("legacy");
    const TensorIndex start = sketch.input(activation(uint8, {1, 4, 4, 2}, 0.1F, 128));
    const TensorIndex weights = sketch.constant(uint8, {3, 1, 1, 2});
    TensorIndex at = sketch.apply(conv_2d, {start, weights, sketch.constant(int32, {3})},
        activation(uint8, {1, 4, 4, 3}, 0.2F, 10), ConvolutionOptions {});
    at = sketch.apply(
        concatenation, {at, start}, activation(uint8, {1, 4, 4, 5}, 0.2F, 20), AxisOptions {3});
    ModelGraph graph = sketch.finished(at);
    // Unlike int8 weights these have a zero point.
    graph.tensor(weights).quantization.zero_point = {137};
    return graph;
}

ModelGraph wide()
{
    using enum ElementType;
    Sketch sketch("wide");
    TensorIndex at = sketch.input(activation(int16, {1, 4, 4, 2}, 0.001F));
    at = sketch.apply(conv_2d,
        {at, sketch.constant(int8, {3, 2, 2, 2}, 3), sketch.constant(int64, {3})},
        activation(int16, {1, 3, 3, 3}, 0.002F), ConvolutionOptions {});
    return sketch.finished(at);
}

} // namespace samples
