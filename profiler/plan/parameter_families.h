// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/plan/kernel_parameters.h"

#include <array>
#include <optional>

/// Private to the folder: how each family of operators fills its struct, and what they share.
namespace plan {

/// An operator that is about to get its parameters.
struct Subject {
    const KernelRow& row;
    const graph::ModelGraph& graph;
    const graph::Operator& op;
    TableSet& tables;

    const graph::Tensor& input(std::size_t index = 0) const
    {
        return graph.tensor(op.inputs.at(index));
    }
    const graph::Tensor& output(std::size_t index = 0) const
    {
        return graph.tensor(op.outputs.at(index));
    }
    bool has_input(std::size_t index) const
    {
        return index < op.inputs.size() && op.inputs[index] != graph::no_tensor;
    }
    TensorPointer input_pointer(std::size_t index = 0) const { return {op.inputs.at(index)}; }
    TensorPointer output_pointer(std::size_t index = 0) const { return {op.outputs.at(index)}; }
};

inline constexpr std::size_t rank_limit = 4; // MCUPROF_RANK

std::int64_t zero_point(const graph::Tensor& tensor);
/// In double precision, as TensorFlow Lite computes with it; Unsupported if the tensor has none.
double scale(const graph::Tensor& tensor);
/// Unsupported unless input and output store a real number alike, within what converters round.
void require_shared_quantization(const Subject& subject);

/// The numbers in a constant int32 or int64 tensor; Unsupported if it is not constant.
std::vector<std::int64_t> constant_integers(const graph::Tensor& tensor);
/// The shape with leading ones, four numbers; Unsupported if it has more.
std::vector<std::int64_t> shape_of_four(const graph::Tensor& tensor);
/// The product of shape[begin] to shape[end - 1].
std::int64_t product(const std::vector<int>& shape, std::size_t begin, std::size_t end);

/// Appends output_multiplier-like pairs: `prefix`multiplier and `prefix`shift.
void add_fixed_point(Parameters& parameters, const std::string& prefix, double real);
void add_activation(
    Parameters& parameters, graph::Activation activation, const graph::Tensor& output);
/// "enum mcuprof_element" of an activation type.
std::int64_t element_of(graph::ElementType type);

/// A table of 256 bytes: what the operator makes of each stored byte of input `index`, as the host
/// reference computes it. For operators whose output elements depend on one input element.
TablePointer lookup_table(const Subject& subject, std::size_t index = 0);

// By struct.
Parameters weighted_facts(const Subject& subject); // facts_for()
Parameters convolution_parameters(const Subject& subject);
Parameters fully_connected_parameters(const Subject& subject);
Parameters pool_parameters(const Subject& subject);
Parameters elementwise_parameters(const Subject& subject);
Parameters mean_parameters(const Subject& subject);
Parameters pad_parameters(const Subject& subject);
Parameters concatenation_parameters(const Subject& subject);
Parameters split_parameters(const Subject& subject);
Parameters strided_copy_parameters(const Subject& subject);
Parameters resize_nearest_neighbor_parameters(const Subject& subject);
Parameters resize_bilinear_parameters(const Subject& subject);
Parameters softmax_parameters(const Subject& subject);
Parameters lookup_parameters(const Subject& subject);
Parameters logistic_parameters(const Subject& subject);
Parameters requantize_parameters(const Subject& subject);
Parameters quantize_parameters(const Subject& subject);
Parameters dequantize_parameters(const Subject& subject);

} // namespace plan
