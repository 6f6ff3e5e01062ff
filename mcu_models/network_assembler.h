// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/interpreter.h"
#include "mcu_models/graph/model_graph.h"
#include "mcu_models/network_architecture.h"
#include "mcu_models/network_random.h"

#include <string>
#include <vector>

/// Private to the library `networks`.
namespace networks {

/// A tensor of the graph and what it holds for each calibration image.
struct Value {
    graph::TensorIndex tensor = graph::no_tensor;
    std::vector<graph::TensorBytes> images;
};

/// Puts a network together layer by layer. Each layer gets random weights, is run on the
/// calibration images, and from what comes out its scales and bias are chosen, before the next
/// layer sees it. Without images scales and biases are arbitrary.
class NetworkAssembler {
public:
    enum class Calibration { none, images };

    NetworkAssembler(const std::string& name, PaddingStyle padding, Calibration calibration);

    Value input(const std::vector<int>& shape, float scale, int zero_point);
    Value convolution(const Layer& layer, const Value& in);
    Value depthwise(const Layer& layer, const Value& in);
    Value fully_connected(const Layer& layer, const Value& in);
    Value add(const Layer& layer, const Value& a, const Value& b);
    Value multiply(const Layer& layer, const Value& a, const Value& b);
    Value hard_swish(const Layer& layer, const Value& in);
    /// relu6(x + 3) / 6.
    Value hard_sigmoid(const Layer& layer, const Value& in);
    Value max_pool(const Layer& layer, const Value& in);
    /// Over rows and columns.
    Value average(const Layer& layer, const Value& in);
    Value upsample(const Layer& layer, const Value& in);
    Value flatten(const Layer& layer, const Value& in);
    Value softmax(const Layer& layer, const Value& in);

    graph::ModelGraph finish(const std::vector<Value>& outputs) &&;

private:
    graph::Tensor& tensor(graph::TensorIndex index) { return graph_.tensor(index); }
    graph::TensorIndex add_tensor(graph::Tensor tensor);
    graph::TensorIndex add_output(
        const std::string& name, std::vector<int> shape, graph::Quantization quantization);
    graph::TensorIndex add_weights(
        const std::string& name, std::vector<int> shape, int channel_dimension);
    graph::TensorIndex add_integers(
        const std::string& name, const std::vector<std::int32_t>& values);
    /// One int8 number, in full 127 steps.
    graph::TensorIndex add_constant(const std::string& name, double value);
    graph::ConvolutionOptions window(const graph::Tensor& in, const Layer& layer) const;
    std::vector<int> output_shape(const graph::Tensor& in, const graph::ConvolutionOptions& options,
        const Layer& layer, int channels) const;
    /// Scales, bias and results of the operator that was added last.
    Value calibrated(const Layer& layer, const Value& in);
    graph::Quantization range_of_sums(
        const std::vector<std::vector<std::int32_t>>& sums, Target target);
    /// Adds an operator, runs it on each image and chooses the range of its output, looked at in
    /// steps of `coarse` first.
    Value ranged(graph::Operator op, const std::vector<const Value*>& operands, double coarse);
    /// Runs the operator that was added last on each image.
    Value run(const std::vector<const Value*>& operands);

    graph::ModelGraph graph_;
    PaddingStyle padding_;
    Calibration calibration_;
    Random random_;
};

} // namespace networks
