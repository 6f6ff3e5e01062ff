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

/// What the sums of a layer are scaled to.
enum class Target { relu6, linear, logits };

/// Puts a network together layer by layer. Each layer gets random weights, is run on the
/// calibration images, and from what comes out its scales and bias are chosen, before the next
/// layer sees it.
class NetworkAssembler {
public:
    NetworkAssembler(const std::string& name, PaddingStyle padding);

    Value input(int resolution, float scale, int zero_point);
    Value convolution(const std::string& name, const Value& in, int kernel, int stride,
        int channels, Target target);
    Value depthwise(const std::string& name, const Value& in, int kernel, int stride);
    Value fully_connected(const std::string& name, const Value& in, int classes);
    Value add(const std::string& name, const Value& a, const Value& b);
    /// Over rows and columns.
    Value average(const std::string& name, const Value& in);
    Value flattened(const std::string& name, const Value& in);
    Value softmax(const std::string& name, const Value& in);

    graph::ModelGraph finish(const Value& output) &&;

private:
    graph::Tensor& tensor(graph::TensorIndex index) { return graph_.tensor(index); }
    graph::TensorIndex add_tensor(graph::Tensor tensor);
    graph::TensorIndex add_output(
        const std::string& name, std::vector<int> shape, graph::Quantization quantization);
    graph::TensorIndex add_weights(
        const std::string& name, std::vector<int> shape, int channel_dimension);
    graph::ConvolutionOptions window(const graph::Tensor& in, int kernel, int stride) const;
    std::vector<int> output_shape(const graph::Tensor& in, const graph::ConvolutionOptions& options,
        int kernel, int channels) const;
    /// Scales, bias and results of the operator that was added last.
    Value calibrated(const std::string& name, const Value& in, Target target);
    void choose_linear_range(const std::vector<std::vector<std::int32_t>>& sums, Target target);
    /// Runs the operator that was added last on each image.
    Value run(const std::vector<const Value*>& operands);

    graph::ModelGraph graph_;
    PaddingStyle padding_;
    Random random_;
};

} // namespace networks
