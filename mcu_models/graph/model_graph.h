// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace graph {

enum class ElementType { int8, uint8, int16, int32, int64, float32, boolean };

std::string_view name_of(ElementType type);
std::size_t size_of(ElementType type);

/// Affine quantization: real = scale * (stored - zero_point). One entry, or one per index of `dimension`.
struct Quantization {
    std::vector<float> scale;
    std::vector<std::int64_t> zero_point;
    int dimension = 0;

    bool per_channel() const { return scale.size() > 1; }
};

using TensorIndex = int;
inline constexpr TensorIndex no_tensor = -1;

/// A tensor; constant if it has data. Shapes are NHWC with the batch first, as in TensorFlow Lite.
struct Tensor {
    std::string name;
    ElementType type = ElementType::int8;
    std::vector<int> shape;
    Quantization quantization;
    std::shared_ptr<const std::vector<std::uint8_t>> data; // little-endian; null unless constant

    bool constant() const { return data != nullptr; }
    std::int64_t elements() const;
    std::int64_t bytes() const;
};

/// The operators we know, named as TensorFlow Lite names them.
enum class OperatorCode {
    add, average_pool_2d, concatenation, conv_2d, depthwise_conv_2d, dequantize, expand_dims, fully_connected,
    hard_swish, logistic, max_pool_2d, mean, mul, pack, pad, quantize, relu, relu6, reshape, resize_bilinear,
    resize_nearest_neighbor, softmax, split, squeeze, strided_slice, sub, transpose,
};

struct OperatorInfo {
    OperatorCode code;
    std::string_view tflite_name; // "CONV_2D"
    int tflite_code; // BuiltinOperator number in the TensorFlow Lite schema
    std::string_view short_name; // "conv_2d", as in kernel and layer names
    std::string_view title; // "conv", as a report says it
};

/// One row an operator, in the order of OperatorCode.
extern const std::array<OperatorInfo, 27> operator_infos;
const OperatorInfo& info_of(OperatorCode code);

enum class Activation { none, relu, relu6, relu_n1_to_1 };
enum class Padding { same, valid };

/// Explicit padding in rows and columns; what SAME, VALID and a folded PAD become.
struct Margins {
    int top = 0, bottom = 0, left = 0, right = 0;
    bool operator==(const Margins&) const = default;
};

/// CONV_2D and DEPTHWISE_CONV_2D. Weights OHWI; depthwise 1HWC.
struct ConvolutionOptions {
    int stride_height = 1, stride_width = 1;
    int dilation_height = 1, dilation_width = 1;
    int depth_multiplier = 1; // depthwise only
    Margins padding;
    Activation activation = Activation::none;
};
struct PoolOptions {
    int filter_height = 1, filter_width = 1;
    int stride_height = 1, stride_width = 1;
    Margins padding;
    Activation activation = Activation::none;
};
struct FullyConnectedOptions {
    Activation activation = Activation::none;
    bool keep_dimensions = false;
};
struct ElementwiseOptions { // ADD, MUL, SUB
    Activation activation = Activation::none;
};
struct SoftmaxOptions {
    float beta = 1;
};
struct MeanOptions {
    bool keep_dimensions = false;
};
struct AxisOptions { // CONCATENATION, SPLIT, PACK
    int axis = 0; // never negative once read
    Activation activation = Activation::none;
};
struct ResizeOptions {
    bool align_corners = false, half_pixel_centers = false;
};
struct StridedSliceOptions {
    int begin_mask = 0, end_mask = 0, ellipsis_mask = 0, new_axis_mask = 0, shrink_axis_mask = 0;
};
using OperatorOptions = std::variant<std::monostate, ConvolutionOptions, PoolOptions, FullyConnectedOptions,
    ElementwiseOptions, SoftmaxOptions, MeanOptions, AxisOptions, ResizeOptions, StridedSliceOptions>;

/// One operator. Optional inputs that are absent (a missing bias) are `no_tensor`.
struct Operator {
    OperatorCode code {};
    std::vector<TensorIndex> inputs, outputs;
    OperatorOptions options;

    template <class Options>
    const Options& as() const
    {
        return std::get<Options>(options);
    }
};

/// A network as operators in execution order and the tensors they join, wherever it came from.
///
/// Holds once read or built: indices valid, shapes agree with the operators, constants as large as their
/// shape says, each tensor written at most once and before it is read (`validate` in validate.h).
/// Not represented: subgraphs, control flow, dynamic shapes, sparse tensors, variables.
struct ModelGraph {
    std::string name;
    std::vector<Tensor> tensors;
    std::vector<Operator> operators;
    std::vector<TensorIndex> inputs, outputs;

    const Tensor& tensor(TensorIndex index) const { return tensors.at(static_cast<std::size_t>(index)); }
    Tensor& tensor(TensorIndex index) { return tensors.at(static_cast<std::size_t>(index)); }
};

/// Multiply-accumulates of one operator: convolutions, depthwise, fully connected; 0 for all others.
std::int64_t macs_of(const ModelGraph& graph, const Operator& op);
std::int64_t macs_of(const ModelGraph& graph);
/// Weights and biases of convolutions and fully connected layers.
std::int64_t parameters_of(const ModelGraph& graph);

/// "conv 3x3 s2 3→16", "depthwise 3x3 64", "fully connected 64→12": what a report calls the layer.
std::string title_of(const ModelGraph& graph, const Operator& op);

/// The graph as stable text, one line an operator (`--dump graph`).
std::string dump(const ModelGraph& graph);

} // namespace graph
