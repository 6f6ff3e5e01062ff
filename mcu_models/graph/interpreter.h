// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace graph {

using TensorBytes = std::vector<std::uint8_t>;

/// What a network computes: outputs[i][k] is output k of operator i, as it lies in memory
/// (little-endian).
struct Interpretation {
    std::vector<std::vector<TensorBytes>> outputs;
    std::vector<TensorBytes> network_outputs; // in the order of ModelGraph::outputs
};

/// Runs a valid graph on the host: the referee that kernels on the target are compared with.
/// Written for clarity and apart from them; bit-exact with the reference kernels of TensorFlow Lite
/// Micro for int8 and int16 activations and with those of TensorFlow Lite for legacy uint8.
///
/// Known choices where TensorFlow Lite has several answers: MEAN folds 1/count into the multiplier;
/// RELU6 requantizes if its scales differ; uint8 LOGISTIC and RESIZE_BILINEAR compute in integers
/// as int8 does. Left out: floating-point layers other than QUANTIZE, DEQUANTIZE and moving data;
/// grouped convolutions.
///
/// InputError: inputs of the wrong number or size, an element type or a form of an operator that it
/// does not know (operator named by index).
Interpretation interpret(const ModelGraph& graph, const std::vector<TensorBytes>& inputs);

/// One operator: `inputs` are the bytes of its input tensors, constants too, empty where absent.
std::vector<TensorBytes> interpret_operator(const ModelGraph& graph, const Operator& op,
    const std::vector<std::span<const std::uint8_t>>& inputs);

/// The sums of products of a CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED for int8 and uint8,
/// before bias and requantization, in the order of the output tensor.
std::vector<std::int32_t> weighted_sums(const ModelGraph& graph, const Operator& op,
    std::span<const std::uint8_t> input, std::span<const std::uint8_t> weights);

/// The output that follows from such sums: bias (a constant, if there is one), multipliers,
/// activation.
TensorBytes requantized_sums(
    const ModelGraph& graph, const Operator& op, std::span<const std::int32_t> sums);

} // namespace graph
