// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/model_graph.h"

#include "base/check.h"

#include <fmt/format.h>

namespace graph {
namespace {

struct TypeInfo {
    ElementType type;
    std::string_view name;
    std::size_t size;
};

constexpr std::array<TypeInfo, 7> type_infos = {{
    {ElementType::int8, "int8", 1},
    {ElementType::uint8, "uint8", 1},
    {ElementType::int16, "int16", 2},
    {ElementType::int32, "int32", 4},
    {ElementType::int64, "int64", 8},
    {ElementType::float32, "float32", 4},
    {ElementType::boolean, "bool", 1},
}};

const TypeInfo& info_of(ElementType type)
{
    const auto& info = type_infos.at(static_cast<std::size_t>(type));
    CHECK(info.type == type);
    return info;
}

bool has_weights(OperatorCode code)
{
    return code == OperatorCode::conv_2d || code == OperatorCode::depthwise_conv_2d
        || code == OperatorCode::fully_connected;
}

std::string size_text(int height, int width) { return fmt::format("{}x{}", height, width); }

/// " s2", " s2x1" or nothing; the same for dilation with 'd'.
std::string step_text(char letter, int height, int width)
{
    if (height == 1 && width == 1)
        return {};
    if (height == width)
        return fmt::format(" {}{}", letter, height);
    return fmt::format(" {}{}x{}", letter, height, width);
}

std::string convolution_title(const ModelGraph& graph, const Operator& op)
{
    const auto& options = op.as<ConvolutionOptions>();
    const std::vector<int>& weights = graph.tensor(op.inputs[1]).shape;
    std::string text
        = fmt::format("{} {}{}{}", info_of(op.code).title, size_text(weights[1], weights[2]),
            step_text('s', options.stride_height, options.stride_width),
            step_text('d', options.dilation_height, options.dilation_width));

    const int from = graph.tensor(op.inputs[0]).shape[3];
    const int to = graph.tensor(op.outputs[0]).shape[3];
    if (op.code == OperatorCode::depthwise_conv_2d && from == to)
        return text + fmt::format(" {}", to);
    return text + fmt::format(" {}→{}", from, to);
}

std::string pool_title(const ModelGraph& graph, const Operator& op)
{
    const auto& options = op.as<PoolOptions>();
    return fmt::format("{} {}{} {}", info_of(op.code).title,
        size_text(options.filter_height, options.filter_width),
        step_text('s', options.stride_height, options.stride_width),
        graph.tensor(op.outputs[0]).shape[3]);
}

} // namespace

std::string_view name_of(ElementType type) { return info_of(type).name; }
std::size_t size_of(ElementType type) { return info_of(type).size; }

std::int64_t Tensor::elements() const
{
    std::int64_t count = 1;
    for (int dimension : shape)
        count *= dimension;
    return count;
}

std::int64_t Tensor::bytes() const { return elements() * static_cast<std::int64_t>(size_of(type)); }

using enum OperatorCode;
const std::array<OperatorInfo, 27> operator_infos = {{
    {add, "ADD", 0, "add", "add"},
    {average_pool_2d, "AVERAGE_POOL_2D", 1, "average_pool_2d", "average pool"},
    {concatenation, "CONCATENATION", 2, "concatenation", "concatenate"},
    {conv_2d, "CONV_2D", 3, "conv_2d", "conv"},
    {depthwise_conv_2d, "DEPTHWISE_CONV_2D", 4, "depthwise_conv_2d", "depthwise"},
    {dequantize, "DEQUANTIZE", 6, "dequantize", "dequantize"},
    {expand_dims, "EXPAND_DIMS", 70, "expand_dims", "expand dimensions"},
    {fully_connected, "FULLY_CONNECTED", 9, "fully_connected", "fully connected"},
    {hard_swish, "HARD_SWISH", 117, "hard_swish", "hard swish"},
    {logistic, "LOGISTIC", 14, "logistic", "logistic"},
    {max_pool_2d, "MAX_POOL_2D", 17, "max_pool_2d", "max pool"},
    {mean, "MEAN", 40, "mean", "mean"},
    {mul, "MUL", 18, "mul", "multiply"},
    {pack, "PACK", 83, "pack", "pack"},
    {pad, "PAD", 34, "pad", "pad"},
    {quantize, "QUANTIZE", 114, "quantize", "quantize"},
    {relu, "RELU", 19, "relu", "relu"},
    {relu6, "RELU6", 21, "relu6", "relu6"},
    {reshape, "RESHAPE", 22, "reshape", "reshape"},
    {resize_bilinear, "RESIZE_BILINEAR", 23, "resize_bilinear", "resize bilinear"},
    {resize_nearest_neighbor, "RESIZE_NEAREST_NEIGHBOR", 97, "resize_nearest_neighbor",
        "resize nearest"},
    {softmax, "SOFTMAX", 25, "softmax", "softmax"},
    {split, "SPLIT", 49, "split", "split"},
    {squeeze, "SQUEEZE", 43, "squeeze", "squeeze"},
    {strided_slice, "STRIDED_SLICE", 45, "strided_slice", "strided slice"},
    {sub, "SUB", 41, "sub", "subtract"},
    {transpose, "TRANSPOSE", 39, "transpose", "transpose"},
}};

const OperatorInfo& info_of(OperatorCode code)
{
    const auto& info = operator_infos.at(static_cast<std::size_t>(code));
    CHECK(info.code == code);
    return info;
}

std::int64_t macs_of(const ModelGraph& graph, const Operator& op)
{
    if (!has_weights(op.code))
        return 0;
    const std::int64_t outputs = graph.tensor(op.outputs[0]).elements();
    const std::vector<int>& weights = graph.tensor(op.inputs[1]).shape;
    switch (op.code) {
    case conv_2d:
        return outputs * weights[1] * weights[2] * weights[3];
    case depthwise_conv_2d:
        return outputs * weights[1] * weights[2];
    default:
        return outputs * weights[1];
    }
}

std::int64_t macs_of(const ModelGraph& graph)
{
    std::int64_t sum = 0;
    for (const Operator& op : graph.operators)
        sum += macs_of(graph, op);
    return sum;
}

std::int64_t parameters_of(const ModelGraph& graph)
{
    // A tensor that two layers share is one set of parameters.
    std::vector<bool> counted(graph.tensors.size());
    std::int64_t sum = 0;
    for (const Operator& op : graph.operators) {
        if (!has_weights(op.code))
            continue;
        for (std::size_t i = 1; i < op.inputs.size(); ++i) {
            const TensorIndex index = op.inputs[i];
            if (index == no_tensor || counted[static_cast<std::size_t>(index)])
                continue;
            counted[static_cast<std::size_t>(index)] = true;
            if (graph.tensor(index).constant())
                sum += graph.tensor(index).elements();
        }
    }
    return sum;
}

std::string title_of(const ModelGraph& graph, const Operator& op)
{
    switch (op.code) {
    case conv_2d:
    case depthwise_conv_2d:
        return convolution_title(graph, op);
    case average_pool_2d:
    case max_pool_2d:
        return pool_title(graph, op);
    case fully_connected: {
        const std::vector<int>& weights = graph.tensor(op.inputs[1]).shape;
        return fmt::format("{} {}→{}", info_of(op.code).title, weights[1], weights[0]);
    }
    default:
        return std::string(info_of(op.code).title);
    }
}

} // namespace graph
