// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/interpreter.h"

#include "base/check.h"
#include "base/input_error.h"
#include "mcu_models/graph/interpreter_step.h"

#include <fmt/format.h>

namespace graph {
namespace {

std::vector<TensorBytes> run(const Step& step)
{
    switch (step.op.code) {
    case OperatorCode::add:
    case OperatorCode::sub:
        return run_add_or_subtract(step);
    case OperatorCode::average_pool_2d:
        return run_average_pool(step);
    case OperatorCode::concatenation:
        return run_concatenation(step);
    case OperatorCode::conv_2d:
        return run_convolution(step);
    case OperatorCode::depthwise_conv_2d:
        return run_depthwise_convolution(step);
    case OperatorCode::dequantize:
        return run_dequantize(step);
    case OperatorCode::expand_dims:
    case OperatorCode::reshape:
    case OperatorCode::squeeze:
        return run_copy(step);
    case OperatorCode::fully_connected:
        return run_fully_connected(step);
    case OperatorCode::hard_swish:
        return run_hard_swish(step);
    case OperatorCode::logistic:
        return run_logistic(step);
    case OperatorCode::max_pool_2d:
        return run_max_pool(step);
    case OperatorCode::mean:
        return run_mean(step);
    case OperatorCode::mul:
        return run_multiply(step);
    case OperatorCode::pack:
        return run_pack(step);
    case OperatorCode::pad:
        return run_pad(step);
    case OperatorCode::quantize:
        return run_quantize(step);
    case OperatorCode::relu:
    case OperatorCode::relu6:
        return run_rectifier(step);
    case OperatorCode::resize_bilinear:
        return run_resize_bilinear(step);
    case OperatorCode::resize_nearest_neighbor:
        return run_resize_nearest_neighbor(step);
    case OperatorCode::softmax:
        return run_softmax(step);
    case OperatorCode::split:
        return run_split(step);
    case OperatorCode::strided_slice:
        return run_strided_slice(step);
    case OperatorCode::transpose:
        return run_transpose(step);
    }
    CHECK(!"operator code out of range");
    return {};
}

/// Where the bytes of each tensor are while the graph runs.
class Memory {
public:
    Memory(const ModelGraph& graph, const std::vector<TensorBytes>& inputs)
        : graph_(graph)
        , bytes_(graph.tensors.size())
    {
        if (inputs.size() != graph.inputs.size())
            throw base::InputError(graph.name,
                fmt::format("expected {} inputs, found {}", graph.inputs.size(), inputs.size()));
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const Tensor& tensor = graph.tensor(graph.inputs[i]);
            if (inputs[i].size() != static_cast<std::size_t>(tensor.bytes()))
                throw base::InputError(graph.name,
                    fmt::format("input {}: expected {} bytes, found {}", i, tensor.bytes(),
                        inputs[i].size()));
            hold(graph.inputs[i], inputs[i]);
        }
    }

    /// `bytes` must outlive this.
    void hold(TensorIndex index, const TensorBytes& bytes)
    {
        bytes_.at(static_cast<std::size_t>(index)) = bytes;
    }

    std::span<const std::uint8_t> operator[](TensorIndex index) const
    {
        if (index == no_tensor)
            return {};
        const Tensor& tensor = graph_.tensor(index);
        return tensor.constant() ? std::span<const std::uint8_t>(*tensor.data)
                                 : bytes_[static_cast<std::size_t>(index)];
    }

private:
    const ModelGraph& graph_;
    std::vector<std::span<const std::uint8_t>> bytes_;
};

} // namespace

std::vector<TensorBytes> interpret_operator(const ModelGraph& graph, const Operator& op,
    const std::vector<std::span<const std::uint8_t>>& inputs)
{
    const Step step {graph, op, inputs};
    CHECK(inputs.size() == op.inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i)
        if (step.has_input(i))
            CHECK(inputs[i].size() == static_cast<std::size_t>(step.input(i).bytes()));

    std::vector<TensorBytes> outputs = run(step);

    CHECK(outputs.size() == op.outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i)
        CHECK(outputs[i].size() == static_cast<std::size_t>(step.output(i).bytes()));
    return outputs;
}

Interpretation interpret(const ModelGraph& graph, const std::vector<TensorBytes>& inputs)
{
    Memory memory(graph, inputs);
    Interpretation result;
    result.outputs.reserve(graph.operators.size()); // `memory` points into it
    for (const Operator& op : graph.operators) {
        std::vector<std::span<const std::uint8_t>> operands;
        for (const TensorIndex index : op.inputs)
            operands.push_back(memory[index]);
        result.outputs.push_back(interpret_operator(graph, op, operands));
        for (std::size_t i = 0; i < op.outputs.size(); ++i)
            memory.hold(op.outputs[i], result.outputs.back()[i]);
    }
    for (const TensorIndex index : graph.outputs) {
        const std::span<const std::uint8_t> bytes = memory[index];
        result.network_outputs.emplace_back(bytes.begin(), bytes.end());
    }
    return result;
}

} // namespace graph
