// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/tflite_writer.h"

#include "base/check.h"
#include "mcu_models/graph/explicit_padding.h"
#include "mcu_models/graph/operator_view.h"

#include "tflite_generated.h"

#include <map>

namespace graph {
namespace {

using flatbuffers::Offset;

tflite::TensorType type_of(ElementType type)
{
    switch (type) {
    case ElementType::int8:
        return tflite::TensorType::int8;
    case ElementType::uint8:
        return tflite::TensorType::uint8;
    case ElementType::int16:
        return tflite::TensorType::int16;
    case ElementType::int32:
        return tflite::TensorType::int32;
    case ElementType::int64:
        return tflite::TensorType::int64;
    case ElementType::float32:
        return tflite::TensorType::float32;
    case ElementType::boolean:
        return tflite::TensorType::boolean;
    }
    CHECK(false);
}

tflite::ActivationFunctionType activation_of(Activation activation)
{
    switch (activation) {
    case Activation::none:
        return tflite::ActivationFunctionType::none;
    case Activation::relu:
        return tflite::ActivationFunctionType::relu;
    case Activation::relu6:
        return tflite::ActivationFunctionType::relu6;
    case Activation::relu_n1_to_1:
        return tflite::ActivationFunctionType::relu_n1_to_1;
    }
    CHECK(false);
}

/// The dimensions that are 1 in `from` and missing in `to`.
std::vector<int> squeezed_dimensions(const std::vector<int>& from, const std::vector<int>& to)
{
    std::vector<int> squeezed;
    std::size_t next = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (next < to.size() && from[i] == to[next])
            ++next;
        else
            squeezed.push_back(static_cast<int>(i));
    }
    return squeezed;
}

class TfliteWriter {
public:
    explicit TfliteWriter(const ModelGraph& graph)
        : graph_(with_explicit_padding(graph))
    {
    }

    std::vector<std::uint8_t> write()
    {
        // A flatbuffer grows from its end: what is referred to is written first.
        buffers_.push_back(tflite::CreateBuffer(builder_)); // number 0 means no data
        std::vector<Offset<tflite::Tensor>> tensors;
        for (const Tensor& tensor : graph_.tensors)
            tensors.push_back(write_tensor(tensor));
        std::vector<Offset<tflite::Operator>> operators;
        for (std::size_t i = 0; i < graph_.operators.size(); ++i)
            operators.push_back(write_operator(i));

        const std::vector subgraphs
            = {tflite::CreateSubGraph(builder_, builder_.CreateVector(tensors),
                builder_.CreateVector(graph_.inputs), builder_.CreateVector(graph_.outputs),
                builder_.CreateVector(operators), builder_.CreateString(graph_.name))};
        constexpr std::uint32_t schema_version = 3;
        tflite::FinishModelBuffer(builder_,
            tflite::CreateModel(builder_, schema_version, builder_.CreateVector(codes_),
                builder_.CreateVector(subgraphs), builder_.CreateString("mcuprof"),
                builder_.CreateVector(buffers_)));
        return {builder_.GetBufferPointer(), builder_.GetBufferPointer() + builder_.GetSize()};
    }

private:
    struct Options {
        tflite::BuiltinOptions kind = tflite::BuiltinOptions::NONE;
        Offset<void> table;
    };
    template <class Table>
    static Options options(Offset<Table> table)
    {
        return {tflite::BuiltinOptionsTraits<Table>::enum_value, table.Union()};
    }

    std::uint32_t buffer_of(const Tensor& tensor)
    {
        if (!tensor.constant())
            return 0;
        const auto [known, is_new] = buffer_numbers_.try_emplace(
            tensor.data.get(), static_cast<std::uint32_t>(buffers_.size()));
        if (is_new) {
            builder_.ForceVectorAlignment(tensor.data->size(), 1, 16);
            buffers_.push_back(tflite::CreateBuffer(builder_, builder_.CreateVector(*tensor.data)));
        }
        return known->second;
    }

    Offset<tflite::Tensor> write_tensor(const Tensor& tensor)
    {
        Offset<tflite::QuantizationParameters> quantization;
        if (const Quantization& from = tensor.quantization; !from.scale.empty())
            quantization = tflite::CreateQuantizationParameters(builder_, 0, 0,
                builder_.CreateVector(from.scale), builder_.CreateVector(from.zero_point),
                from.dimension);
        const std::uint32_t buffer = buffer_of(tensor);
        return tflite::CreateTensor(builder_, builder_.CreateVector(tensor.shape),
            type_of(tensor.type), buffer, builder_.CreateString(tensor.name), quantization);
    }

    std::uint32_t code_of(OperatorCode code)
    {
        const auto [known, is_new]
            = code_numbers_.try_emplace(code, static_cast<std::uint32_t>(codes_.size()));
        if (is_new) {
            const int number = info_of(code).tflite_code;
            CHECK(number < 127); // beyond, older readers need a placeholder
            codes_.push_back(tflite::CreateOperatorCode(builder_, static_cast<std::int8_t>(number),
                0, 1, static_cast<tflite::BuiltinOperator>(number)));
        }
        return known->second;
    }

    Offset<tflite::Operator> write_operator(std::size_t i)
    {
        const Operator& op = graph_.operators[i];
        const Options options = options_of(i);
        const std::uint32_t code = code_of(op.code);
        return tflite::CreateOperator(builder_, code, builder_.CreateVector(op.inputs),
            builder_.CreateVector(op.outputs), options.kind, options.table);
    }

    tflite::Padding padding_of(std::size_t i) const
    {
        const auto scheme = padding_scheme(graph_, graph_.operators[i]);
        if (!scheme)
            throw base::InputError(printable(graph_.name),
                place_of(graph_, i)
                    + ": a pool whose padding is neither SAME nor VALID cannot be "
                      "written to a TensorFlow Lite file");
        return *scheme == Padding::same ? tflite::Padding::same : tflite::Padding::valid;
    }

    Options options_of(std::size_t i)
    {
        const Operator& op = graph_.operators[i];
        using enum OperatorCode;
        switch (op.code) {
        case conv_2d: {
            const auto& from = op.as<ConvolutionOptions>();
            return options(tflite::CreateConv2DOptions(builder_, padding_of(i), from.stride_width,
                from.stride_height, activation_of(from.activation), from.dilation_width,
                from.dilation_height));
        }
        case depthwise_conv_2d: {
            const auto& from = op.as<ConvolutionOptions>();
            return options(tflite::CreateDepthwiseConv2DOptions(builder_, padding_of(i),
                from.stride_width, from.stride_height, from.depth_multiplier,
                activation_of(from.activation), from.dilation_width, from.dilation_height));
        }
        case average_pool_2d:
        case max_pool_2d: {
            const auto& from = op.as<PoolOptions>();
            return options(tflite::CreatePool2DOptions(builder_, padding_of(i), from.stride_width,
                from.stride_height, from.filter_width, from.filter_height,
                activation_of(from.activation)));
        }
        case fully_connected: {
            const auto& from = op.as<FullyConnectedOptions>();
            return options(
                tflite::CreateFullyConnectedOptions(builder_, activation_of(from.activation),
                    tflite::FullyConnectedWeightsFormat::plain, from.keep_dimensions));
        }
        case add:
            return options(tflite::CreateAddOptions(
                builder_, activation_of(op.as<ElementwiseOptions>().activation), false));
        case sub:
            return options(tflite::CreateSubOptions(
                builder_, activation_of(op.as<ElementwiseOptions>().activation), false));
        case mul:
            return options(tflite::CreateMulOptions(
                builder_, activation_of(op.as<ElementwiseOptions>().activation)));
        case softmax:
            return options(tflite::CreateSoftmaxOptions(builder_, op.as<SoftmaxOptions>().beta));
        case mean:
            return options(
                tflite::CreateReducerOptions(builder_, op.as<MeanOptions>().keep_dimensions));
        case concatenation: {
            const auto& from = op.as<AxisOptions>();
            return options(tflite::CreateConcatenationOptions(
                builder_, from.axis, activation_of(from.activation)));
        }
        case pack:
            return options(tflite::CreatePackOptions(
                builder_, static_cast<int>(op.inputs.size()), op.as<AxisOptions>().axis));
        case split:
            return options(
                tflite::CreateSplitOptions(builder_, static_cast<int>(op.outputs.size())));
        case resize_bilinear: {
            const auto& from = op.as<ResizeOptions>();
            return options(tflite::CreateResizeBilinearOptions(
                builder_, from.align_corners, from.half_pixel_centers));
        }
        case resize_nearest_neighbor: {
            const auto& from = op.as<ResizeOptions>();
            return options(tflite::CreateResizeNearestNeighborOptions(
                builder_, from.align_corners, from.half_pixel_centers));
        }
        case strided_slice: {
            const auto& from = op.as<StridedSliceOptions>();
            return options(tflite::CreateStridedSliceOptions(builder_, from.begin_mask,
                from.end_mask, from.ellipsis_mask, from.new_axis_mask, from.shrink_axis_mask));
        }
        case reshape:
            return options(tflite::CreateReshapeOptions(
                builder_, builder_.CreateVector(graph_.tensor(op.outputs[0]).shape)));
        case squeeze:
            return options(tflite::CreateSqueezeOptions(builder_,
                builder_.CreateVector(squeezed_dimensions(
                    graph_.tensor(op.inputs[0]).shape, graph_.tensor(op.outputs[0]).shape))));
        case dequantize:
            return options(tflite::CreateDequantizeOptions(builder_));
        case expand_dims:
            return options(tflite::CreateExpandDimsOptions(builder_));
        case hard_swish:
            return options(tflite::CreateHardSwishOptions(builder_));
        case pad:
            return options(tflite::CreatePadOptions(builder_));
        case quantize:
            return options(tflite::CreateQuantizeOptions(builder_));
        case transpose:
            return options(tflite::CreateTransposeOptions(builder_));
        case logistic:
        case relu:
        case relu6:
            return {};
        }
        CHECK(false);
    }

    ModelGraph graph_;
    flatbuffers::FlatBufferBuilder builder_;
    std::vector<Offset<tflite::Buffer>> buffers_;
    std::vector<Offset<tflite::OperatorCode>> codes_;
    std::map<const void*, std::uint32_t> buffer_numbers_; // looked up, never walked
    std::map<OperatorCode, std::uint32_t> code_numbers_;
};

} // namespace

std::vector<std::uint8_t> write_tflite(const ModelGraph& graph)
{
    return TfliteWriter(graph).write();
}

} // namespace graph
