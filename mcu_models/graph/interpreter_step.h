// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/interpreter.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// Private to the interpreter: one operator about to run, and the integers in its tensors.
namespace graph {

/// An operator with the bytes of its inputs.
struct Step {
    const ModelGraph& graph;
    const Operator& op;
    const std::vector<std::span<const std::uint8_t>>& bytes;

    std::size_t input_count() const { return op.inputs.size(); }
    bool has_input(std::size_t index) const
    {
        return index < op.inputs.size() && op.inputs[index] != no_tensor;
    }
    const Tensor& input(std::size_t index) const { return graph.tensor(op.inputs.at(index)); }
    const Tensor& output(std::size_t index = 0) const { return graph.tensor(op.outputs.at(index)); }

    /// The elements of an input of any integer type.
    std::vector<std::int32_t> integers(std::size_t index) const;
    std::vector<std::int64_t> long_integers(std::size_t index) const;
    std::vector<float> reals(std::size_t index) const;

    /// InputError in the operator's name.
    [[noreturn]] void refuse(const std::string& what) const;
};

float scale_of(const Tensor& tensor);
std::int32_t zero_point_of(const Tensor& tensor);
/// int8, uint8 and int16: what activations may be.
bool holds_activations(ElementType type);

/// Integers as `type` stores them; they fit, or the caller is wrong.
TensorBytes stored_as(ElementType type, std::span<const std::int32_t> values);
TensorBytes stored_as(std::span<const float> values);

/// A shape as batch, height, width, channels; leading dimensions are 1 if there are fewer.
struct Extent {
    int batch = 1, height = 1, width = 1, channels = 1;

    std::size_t at(int b, int y, int x, int c = 0) const
    {
        return ((static_cast<std::size_t>(b) * static_cast<std::size_t>(height)
                    + static_cast<std::size_t>(y))
                       * static_cast<std::size_t>(width)
                   + static_cast<std::size_t>(x))
            * static_cast<std::size_t>(channels)
            + static_cast<std::size_t>(c);
    }
    std::size_t elements() const { return at(batch, 0, 0); }
};
Extent extent_of(const Tensor& tensor);

// By operator family; each returns one entry an output.
std::vector<TensorBytes> run_convolution(const Step& step);
std::vector<TensorBytes> run_depthwise_convolution(const Step& step);
std::vector<TensorBytes> run_fully_connected(const Step& step);
std::vector<TensorBytes> run_average_pool(const Step& step);
std::vector<TensorBytes> run_max_pool(const Step& step);
std::vector<TensorBytes> run_mean(const Step& step);
std::vector<TensorBytes> run_add_or_subtract(const Step& step);
std::vector<TensorBytes> run_multiply(const Step& step);
std::vector<TensorBytes> run_rectifier(const Step& step);
std::vector<TensorBytes> run_quantize(const Step& step);
std::vector<TensorBytes> run_dequantize(const Step& step);
std::vector<TensorBytes> run_hard_swish(const Step& step);
std::vector<TensorBytes> run_logistic(const Step& step);
std::vector<TensorBytes> run_softmax(const Step& step);
std::vector<TensorBytes> run_resize_bilinear(const Step& step);
std::vector<TensorBytes> run_resize_nearest_neighbor(const Step& step);
std::vector<TensorBytes> run_concatenation(const Step& step);
std::vector<TensorBytes> run_copy(const Step& step);
std::vector<TensorBytes> run_pack(const Step& step);
std::vector<TensorBytes> run_pad(const Step& step);
std::vector<TensorBytes> run_split(const Step& step);
std::vector<TensorBytes> run_strided_slice(const Step& step);
std::vector<TensorBytes> run_transpose(const Step& step);

} // namespace graph
