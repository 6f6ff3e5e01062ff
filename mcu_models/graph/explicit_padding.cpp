// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/explicit_padding.h"

#include "mcu_models/graph/constant_values.h"
#include "mcu_models/graph/padding.h"

#include <utility>

namespace graph {
namespace {

std::optional<Padding> scheme_of(
    const Margins& margins, const Tensor& input, const Window& rows, const Window& columns)
{
    for (Padding padding : {Padding::valid, Padding::same})
        if (margins == margins_of(padding, input.shape[1], input.shape[2], rows, columns))
            return padding;
    return std::nullopt;
}

TensorIndex append(ModelGraph& graph, Tensor tensor)
{
    graph.tensors.push_back(std::move(tensor));
    return static_cast<TensorIndex>(graph.tensors.size() - 1);
}

/// The PAD; `convolution` then reads what it writes.
Operator split_padding_off(ModelGraph& graph, Operator& convolution)
{
    auto& options = std::get<ConvolutionOptions>(convolution.options);
    const Margins margins = std::exchange(options.padding, Margins {});

    Tensor padded = graph.tensor(convolution.inputs[0]);
    padded.data = nullptr;
    padded.name += "/padded";
    padded.shape[1] += margins.top + margins.bottom;
    padded.shape[2] += margins.left + margins.right;
    Tensor paddings = int32_constant(padded.name + "/paddings", {4, 2},
        {0, 0, margins.top, margins.bottom, margins.left, margins.right, 0, 0});

    Operator pad;
    pad.code = OperatorCode::pad;
    pad.inputs = {convolution.inputs[0], append(graph, std::move(paddings))};
    pad.outputs = {append(graph, std::move(padded))};
    convolution.inputs[0] = pad.outputs[0];
    return pad;
}

} // namespace

std::optional<Padding> padding_scheme(const ModelGraph& graph, const Operator& op)
{
    const Tensor& input = graph.tensor(op.inputs[0]);
    if (const auto* pool = std::get_if<PoolOptions>(&op.options))
        return scheme_of(pool->padding, input, rows_of(*pool), columns_of(*pool));
    const auto& options = op.as<ConvolutionOptions>();
    const Tensor& weights = graph.tensor(op.inputs[1]);
    return scheme_of(
        options.padding, input, rows_of(options, weights), columns_of(options, weights));
}

ModelGraph with_explicit_padding(ModelGraph graph)
{
    std::vector<Operator> operators;
    for (Operator& op : graph.operators) {
        if (std::holds_alternative<ConvolutionOptions>(op.options) && !padding_scheme(graph, op))
            operators.push_back(split_padding_off(graph, op));
        operators.push_back(std::move(op));
    }
    graph.operators = std::move(operators);
    return graph;
}

} // namespace graph
