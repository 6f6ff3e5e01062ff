// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/tflite_options.h"

#include "mcu_models/graph/constant_values.h"
#include "mcu_models/graph/padding.h"
#include "mcu_models/graph/validate.h"

#include "tflite_generated.h"

namespace graph {
namespace {

/// Reads one operator's options; each reader of a kind returns its alternative of OperatorOptions.
class OptionsReader {
public:
    OptionsReader(const OperatorView& view, const tflite::Operator& source)
        : view_(view)
        , source_(source)
    {
    }

    OperatorOptions convolution() const
    {
        const auto& table = required<tflite::Conv2DOptions>();
        ConvolutionOptions options {.stride_height = table.stride_h(),
            .stride_width = table.stride_w(),
            .dilation_height = table.dilation_h_factor(),
            .dilation_width = table.dilation_w_factor(),
            .padding = {},
            .activation = activation(table.fused_activation_function())};
        rank_is_four(1);
        options.padding = margins(
            table.padding(), rows_of(options, view_.input(1)), columns_of(options, view_.input(1)));
        return options;
    }

    OperatorOptions depthwise() const
    {
        const auto& table = required<tflite::DepthwiseConv2DOptions>();
        ConvolutionOptions options {.stride_height = table.stride_h(),
            .stride_width = table.stride_w(),
            .dilation_height = table.dilation_h_factor(),
            .dilation_width = table.dilation_w_factor(),
            .depth_multiplier = table.depth_multiplier(),
            .padding = {},
            .activation = activation(table.fused_activation_function())};
        rank_is_four(0);
        rank_is_four(1);
        // TensorFlow Lite derives the multiplier from the shapes too, and some files say 0.
        const int channels = view_.input().shape[3];
        const int filters = view_.input(1).shape[3];
        if (filters % channels == 0)
            options.depth_multiplier = filters / channels;
        options.padding = margins(
            table.padding(), rows_of(options, view_.input(1)), columns_of(options, view_.input(1)));
        return options;
    }

    OperatorOptions pool() const
    {
        const auto& table = required<tflite::Pool2DOptions>();
        PoolOptions options {.filter_height = table.filter_height(),
            .filter_width = table.filter_width(),
            .stride_height = table.stride_h(),
            .stride_width = table.stride_w(),
            .padding = {},
            .activation = activation(table.fused_activation_function())};
        options.padding = margins(table.padding(), rows_of(options), columns_of(options));
        return options;
    }

    OperatorOptions fully_connected() const
    {
        const auto* table = optional<tflite::FullyConnectedOptions>();
        if (!table)
            return FullyConnectedOptions {};
        view_.require(table->weights_format() == tflite::FullyConnectedWeightsFormat::plain,
            "shuffled weights (format {}) are not supported",
            static_cast<int>(table->weights_format()));
        return FullyConnectedOptions {
            activation(table->fused_activation_function()), table->keep_num_dims()};
    }

    template <class Table>
    OperatorOptions elementwise() const
    {
        const auto* table = optional<Table>();
        return ElementwiseOptions {
            table ? activation(table->fused_activation_function()) : Activation::none};
    }

    OperatorOptions softmax() const
    {
        return SoftmaxOptions {required<tflite::SoftmaxOptions>().beta()};
    }

    OperatorOptions mean() const
    {
        const auto* table = optional<tflite::ReducerOptions>();
        return MeanOptions {table && table->keep_dims()};
    }

    OperatorOptions concatenation() const
    {
        const auto& table = required<tflite::ConcatenationOptions>();
        return AxisOptions {axis(table.axis(), view_.input().shape.size()),
            activation(table.fused_activation_function())};
    }

    OperatorOptions pack() const
    {
        const auto& table = required<tflite::PackOptions>();
        return AxisOptions {axis(table.axis(), view_.input().shape.size() + 1)};
    }

    OperatorOptions split() const
    {
        if (const auto* table = optional<tflite::SplitOptions>())
            view_.require(
                static_cast<std::size_t>(table->num_splits()) == view_.op().outputs.size(),
                "{} parts, but {} outputs", table->num_splits(), view_.op().outputs.size());
        const Tensor& tensor = view_.input(0);
        view_.require(tensor.constant() && tensor.type == ElementType::int32
                && tensor.data->size() == sizeof(int),
            "the axis has to be one constant int32");
        return AxisOptions {axis(int32_values(tensor)[0], view_.input(1).shape.size())};
    }

    template <class Table>
    OperatorOptions resize() const
    {
        const auto* table = optional<Table>();
        if (!table)
            return ResizeOptions {};
        return ResizeOptions {table->align_corners(), table->half_pixel_centers()};
    }

    OperatorOptions strided_slice() const
    {
        const auto& table = required<tflite::StridedSliceOptions>();
        view_.require(!table.offset(), "end as an offset from begin is not supported");
        return StridedSliceOptions {table.begin_mask(), table.end_mask(), table.ellipsis_mask(),
            table.new_axis_mask(), table.shrink_axis_mask()};
    }

private:
    /// Null if the file has none.
    template <class Table>
    const Table* optional() const
    {
        const auto kind = source_.builtin_options_type();
        view_.require(kind == tflite::BuiltinOptions::NONE
                || kind == tflite::BuiltinOptionsTraits<Table>::enum_value,
            "has the options of another operator (kind {})", static_cast<int>(kind));
        return source_.builtin_options_as<Table>();
    }
    template <class Table>
    const Table& required() const
    {
        const Table* table = optional<Table>();
        view_.require(table != nullptr, "has no options");
        return *table;
    }

    Activation activation(tflite::ActivationFunctionType type) const
    {
        switch (type) {
        case tflite::ActivationFunctionType::none:
            return Activation::none;
        case tflite::ActivationFunctionType::relu:
            return Activation::relu;
        case tflite::ActivationFunctionType::relu6:
            return Activation::relu6;
        case tflite::ActivationFunctionType::relu_n1_to_1:
            return Activation::relu_n1_to_1;
        default:
            view_.refuse(fmt::format("fused activation {} is not supported",
                tflite::EnumNameActivationFunctionType(type)));
        }
    }

    int axis(int axis, std::size_t rank) const
    {
        const int from_front = axis < 0 ? axis + static_cast<int>(rank) : axis;
        view_.require(from_front >= 0 && from_front < static_cast<int>(rank),
            "axis {} of {} dimensions", axis, rank);
        return from_front;
    }

    void rank_is_four(std::size_t input) const
    {
        const std::vector<int>& shape = view_.input(input).shape;
        view_.require(shape.size() == 4, "input {} has shape {}; 4 dimensions are expected", input,
            shape_text(shape));
    }

    Margins margins(tflite::Padding padding, const Window& rows, const Window& columns) const
    {
        view_.require(padding == tflite::Padding::same || padding == tflite::Padding::valid,
            "padding scheme {}", static_cast<int>(padding));
        for (const Window& window : {rows, columns})
            view_.require(window.size >= 1 && window.stride >= 1 && window.dilation >= 1
                    && window.reach() <= largest_extent,
                "window of {} with stride {} and dilation {}", window.size, window.stride,
                window.dilation);
        rank_is_four(0);
        const std::vector<int>& shape = view_.input().shape;
        return margins_of(padding == tflite::Padding::same ? Padding::same : Padding::valid,
            shape[1], shape[2], rows, columns);
    }

    const OperatorView& view_;
    const tflite::Operator& source_;
};

} // namespace

OperatorOptions options_of(const OperatorView& view, const tflite::Operator& source)
{
    using enum OperatorCode;
    const OptionsReader reader(view, source);
    switch (view.code()) {
    case conv_2d:
        return reader.convolution();
    case depthwise_conv_2d:
        return reader.depthwise();
    case average_pool_2d:
    case max_pool_2d:
        return reader.pool();
    case fully_connected:
        return reader.fully_connected();
    case add:
        return reader.elementwise<tflite::AddOptions>();
    case sub:
        return reader.elementwise<tflite::SubOptions>();
    case mul:
        return reader.elementwise<tflite::MulOptions>();
    case softmax:
        return reader.softmax();
    case mean:
        return reader.mean();
    case concatenation:
        return reader.concatenation();
    case pack:
        return reader.pack();
    case split:
        return reader.split();
    case resize_bilinear:
        return reader.resize<tflite::ResizeBilinearOptions>();
    case resize_nearest_neighbor:
        return reader.resize<tflite::ResizeNearestNeighborOptions>();
    case strided_slice:
        return reader.strided_slice();
    default: // no options, or such as the shapes say already
        return {};
    }
}

} // namespace graph
