// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/rules.h"

#include "mcu_models/graph/constant_values.h"
#include "mcu_models/graph/padding.h"
#include "mcu_models/graph/validate.h"

#include <algorithm>

namespace graph {
namespace {

using enum OperatorCode;
using Shape = std::vector<int>;

void output_is(const OperatorView& view, const Shape& expected, std::size_t output = 0)
{
    view.require(view.output(output).shape == expected, "output is {}, expected {}",
        shape_text(view.output(output).shape), shape_text(expected));
}

void rank_is(const OperatorView& view, const Tensor& tensor, std::size_t rank)
{
    view.require(tensor.shape.size() == rank, "shape {} where {} dimensions are expected",
        shape_text(tensor.shape), rank);
}

/// An axis of a tensor of that rank, counted from the front.
std::size_t axis_of(const OperatorView& view, int axis, std::size_t rank)
{
    const int from_front = axis < 0 ? axis + static_cast<int>(rank) : axis;
    view.require(from_front >= 0 && from_front < static_cast<int>(rank), "axis {} of {} dimensions",
        axis, rank);
    return static_cast<std::size_t>(from_front);
}

void window_fits(
    const OperatorView& view, int input, Sides padding, const Window& window, int output)
{
    view.require(window.size >= 1 && window.stride >= 1 && window.dilation >= 1,
        "window of {} with stride {} and dilation {}; each is at least 1", window.size,
        window.stride, window.dilation);
    view.require(padding.before >= 0 && padding.after >= 0, "negative padding");
    view.require(window.reach() <= largest_extent && window.stride <= largest_extent
            && input + padding.before + padding.after <= largest_extent,
        "window, stride or padded input beyond 2^30");
    const std::int64_t positions = window_positions(input, padding, window);
    view.require(positions == output,
        "{} positions of a window of {} (stride {}, dilation {}) in {}+{}+{}, but {} outputs",
        positions, window.size, window.stride, window.dilation, padding.before, input,
        padding.after, output);
}

void windows_fit(
    const OperatorView& view, const Margins& margins, const Window& rows, const Window& columns)
{
    const Shape& in = view.input().shape;
    const Shape& out = view.output().shape;
    view.require(in[0] == out[0], "batch of {} becomes {}", in[0], out[0]);
    window_fits(view, in[1], {margins.top, margins.bottom}, rows, out[1]);
    window_fits(view, in[2], {margins.left, margins.right}, columns, out[2]);
    const std::int64_t padded_rows = std::int64_t {in[1]} + margins.top + margins.bottom;
    const std::int64_t padded_columns = std::int64_t {in[2]} + margins.left + margins.right;
    view.require(padded_rows * padded_columns <= largest_padded_input / in[0] / in[3],
        "padded input of {}x{}x{}x{}; at most 2^28 elements are supported", in[0], padded_rows,
        padded_columns, in[3]);
}

void bias_has(const OperatorView& view, int channels)
{
    if (view.has_input(2))
        view.require(view.input(2).elements() == channels, "bias of {} for {} output channels",
            shape_text(view.input(2).shape), channels);
}

void check_convolution(const OperatorView& view)
{
    for (const Tensor* tensor : {&view.input(), &view.input(1), &view.output()})
        rank_is(view, *tensor, 4);
    const auto& options = view.op().as<ConvolutionOptions>();
    windows_fit(
        view, options.padding, rows_of(options, view.input(1)), columns_of(options, view.input(1)));

    const Shape& weights = view.input(1).shape;
    const int from = view.input().shape[3];
    const int to = view.output().shape[3];
    if (view.code() == conv_2d) {
        view.require(weights[3] == from, "weights {} for {} input channels{}", shape_text(weights),
            from, from % weights[3] == 0 ? "; grouped convolutions are not supported" : "");
        view.require(
            weights[0] == to, "weights {} for {} output channels", shape_text(weights), to);
    } else {
        view.require(weights[0] == 1 && weights[3] == to, "weights {} for {} output channels",
            shape_text(weights), to);
        view.require(
            options.depth_multiplier >= 1 && std::int64_t {from} * options.depth_multiplier == to,
            "{} input channels with depth multiplier {} become {}", from, options.depth_multiplier,
            to);
    }
    bias_has(view, to);
}

void check_pool(const OperatorView& view)
{
    rank_is(view, view.input(), 4);
    rank_is(view, view.output(), 4);
    const auto& options = view.op().as<PoolOptions>();
    windows_fit(view, options.padding, rows_of(options), columns_of(options));
    view.require(view.input().shape[3] == view.output().shape[3], "{} channels become {}",
        view.input().shape[3], view.output().shape[3]);
    const Margins& margins = options.padding;
    view.require(std::max(margins.top, margins.bottom) < options.filter_height
            && std::max(margins.left, margins.right) < options.filter_width,
        "a window lies in the padding only");
}

void check_fully_connected(const OperatorView& view)
{
    const auto& options = view.op().as<FullyConnectedOptions>();
    rank_is(view, view.input(1), 2);
    const int units = view.input(1).shape[0];
    const int depth = view.input(1).shape[1];
    const Tensor& input = view.input();
    view.require(input.elements() % depth == 0, "input {} does not divide into rows of {}",
        shape_text(input.shape), depth);
    if (options.keep_dimensions) {
        view.require(!input.shape.empty() && input.shape.back() == depth,
            "input {} with weights {}", shape_text(input.shape), shape_text(view.input(1).shape));
        Shape expected = input.shape;
        expected.back() = units;
        output_is(view, expected);
    } else {
        const Tensor& output = view.output();
        view.require(!output.shape.empty() && output.shape.back() == units
                && output.elements() == input.elements() / depth * units,
            "output is {}, expected {}x{}", shape_text(output.shape), input.elements() / depth,
            units);
    }
    bias_has(view, units);
}

/// Aligned at the last dimension, 1 stretches.
void check_elementwise(const OperatorView& view)
{
    const Shape& a = view.input(0).shape;
    const Shape& b = view.input(1).shape;
    Shape expected(std::max(a.size(), b.size()));
    for (std::size_t i = 1; i <= expected.size(); ++i) {
        const int from_a = i <= a.size() ? a[a.size() - i] : 1;
        const int from_b = i <= b.size() ? b[b.size() - i] : 1;
        view.require(from_a == from_b || from_a == 1 || from_b == 1,
            "shapes {} and {} do not go together", shape_text(a), shape_text(b));
        expected[expected.size() - i] = std::max(from_a, from_b);
    }
    output_is(view, expected);
}

void check_concatenation(const OperatorView& view)
{
    const std::size_t rank = view.input().shape.size();
    const std::size_t axis = axis_of(view, view.op().as<AxisOptions>().axis, rank);
    Shape expected = view.input().shape;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < view.op().inputs.size(); ++i) {
        Shape shape = view.input(i).shape;
        rank_is(view, view.input(i), rank);
        sum += shape[axis];
        shape[axis] = expected[axis];
        view.require(shape == expected, "inputs {} and {} differ beside axis {}",
            shape_text(view.input(0).shape), shape_text(view.input(i).shape), axis);
    }
    view.require(sum <= largest_extent, "{} elements along axis {}", sum, axis);
    expected[axis] = static_cast<int>(sum);
    output_is(view, expected);
}

void check_pack(const OperatorView& view)
{
    Shape expected = view.input().shape;
    for (std::size_t i = 0; i < view.op().inputs.size(); ++i)
        view.require(view.input(i).shape == expected, "inputs {} and {} differ",
            shape_text(expected), shape_text(view.input(i).shape));
    const std::size_t axis = axis_of(view, view.op().as<AxisOptions>().axis, expected.size() + 1);
    expected.insert(expected.begin() + static_cast<std::ptrdiff_t>(axis),
        static_cast<int>(view.op().inputs.size()));
    output_is(view, expected);
}

void check_split(const OperatorView& view)
{
    const Tensor& input = view.activation();
    view.require(
        view.input(0).elements() == 1, "axis of shape {}", shape_text(view.input(0).shape));
    const std::size_t axis = axis_of(view, int32_values(view.input(0))[0], input.shape.size());
    view.require(static_cast<int>(axis) == view.op().as<AxisOptions>().axis,
        "axis {} as input, {} as option", axis, view.op().as<AxisOptions>().axis);
    const int parts = static_cast<int>(view.op().outputs.size());
    view.require(input.shape[axis] % parts == 0, "{} elements along axis {} into {} parts",
        input.shape[axis], axis, parts);
    Shape expected = input.shape;
    expected[axis] /= parts;
    for (std::size_t i = 0; i < view.op().outputs.size(); ++i)
        output_is(view, expected, i);
}

void check_mean(const OperatorView& view)
{
    const Shape& shape = view.input().shape;
    std::vector<bool> reduced(shape.size());
    for (int axis : int32_values(view.input(1)))
        reduced[axis_of(view, axis, shape.size())] = true;
    Shape expected;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (!reduced[i])
            expected.push_back(shape[i]);
        else if (view.op().as<MeanOptions>().keep_dimensions)
            expected.push_back(1);
    }
    output_is(view, expected);
}

void check_pad(const OperatorView& view)
{
    const Shape& shape = view.input().shape;
    view.require(view.input(1).shape == Shape {static_cast<int>(shape.size()), 2},
        "paddings of shape {} for {} dimensions", shape_text(view.input(1).shape), shape.size());
    const std::vector<int> paddings = int32_values(view.input(1));
    Shape expected;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const int before = paddings[2 * i];
        const int after = paddings[2 * i + 1];
        const std::int64_t size = std::int64_t {shape[i]} + before + after;
        view.require(before >= 0 && after >= 0 && size <= largest_extent,
            "paddings {} and {} around {}", before, after, shape[i]);
        expected.push_back(static_cast<int>(size));
    }
    output_is(view, expected);
}

void elements_stay(const OperatorView& view)
{
    view.require(view.input().elements() == view.output().elements(), "{} becomes {}",
        shape_text(view.input().shape), shape_text(view.output().shape));
}

void only_ones_disappear(const OperatorView& view)
{
    const Shape& from = view.input().shape;
    const Shape& to = view.output().shape;
    std::size_t next = 0;
    for (int dimension : from) {
        const bool kept = next < to.size() && dimension == to[next];
        view.require(kept || dimension == 1, "{} becomes {}", shape_text(from), shape_text(to));
        next += kept ? 1 : 0;
    }
    view.require(next == to.size(), "{} becomes {}", shape_text(from), shape_text(to));
}

void check_expand_dims(const OperatorView& view)
{
    view.require(
        view.input(1).elements() == 1, "axis of shape {}", shape_text(view.input(1).shape));
    Shape expected = view.input().shape;
    const std::size_t axis = axis_of(view, int32_values(view.input(1))[0], expected.size() + 1);
    expected.insert(expected.begin() + static_cast<std::ptrdiff_t>(axis), 1);
    output_is(view, expected);
}

void check_resize(const OperatorView& view)
{
    rank_is(view, view.input(), 4);
    const auto& options = view.op().as<ResizeOptions>();
    view.require(!options.align_corners || !options.half_pixel_centers,
        "align_corners and half_pixel_centers exclude each other");
    const std::vector<int> size = int32_values(view.input(1));
    view.require(size.size() == 2, "size of {} elements", size.size());
    const Shape& shape = view.input().shape;
    output_is(view, {shape[0], size[0], size[1], shape[3]});
}

/// Elements one axis of a slice keeps, with Python's rules for negative and open ends.
int sliced(int size, int begin, int end, int stride, bool open_begin, bool open_end)
{
    const std::int64_t lowest = stride > 0 ? 0 : -1;
    const std::int64_t highest = stride > 0 ? size : size - 1;
    const auto place = [&](int index) {
        return std::clamp<std::int64_t>(
            index < 0 ? std::int64_t {index} + size : index, lowest, highest);
    };
    const std::int64_t first = open_begin ? (stride > 0 ? lowest : highest) : place(begin);
    const std::int64_t last = open_end ? (stride > 0 ? highest : lowest) : place(end);
    const std::int64_t way = stride > 0 ? last - first : first - last;
    const std::int64_t step = stride > 0 ? stride : -std::int64_t {stride};
    return way <= 0 ? 0 : static_cast<int>((way + step - 1) / step);
}

void check_strided_slice(const OperatorView& view)
{
    const auto& options = view.op().as<StridedSliceOptions>();
    const Shape& shape = view.input().shape;
    view.require(options.ellipsis_mask == 0 && options.new_axis_mask == 0,
        "ellipsis and new-axis masks are not supported");
    const std::vector<int> begin = int32_values(view.input(1));
    const std::vector<int> end = int32_values(view.input(2));
    const std::vector<int> strides = int32_values(view.input(3));
    view.require(begin.size() == shape.size() && end.size() == shape.size()
            && strides.size() == shape.size(),
        "begin, end and strides have {}, {} and {} elements for {} dimensions", begin.size(),
        end.size(), strides.size(), shape.size());

    Shape expected;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const auto has_bit = [i](int mask) { return (mask >> i & 1) != 0; };
        view.require(strides[i] != 0, "stride 0 along axis {}", i);
        if (has_bit(options.shrink_axis_mask)) {
            view.require(strides[i] == 1, "stride {} along an axis that shrinks", strides[i]);
            view.require(
                !has_bit(options.begin_mask) && begin[i] >= -shape[i] && begin[i] < shape[i],
                "index {} along an axis of {}", begin[i], shape[i]);
            continue;
        }
        expected.push_back(sliced(shape[i], begin[i], end[i], strides[i],
            has_bit(options.begin_mask), has_bit(options.end_mask)));
    }
    output_is(view, expected);
}

void check_transpose(const OperatorView& view)
{
    const Shape& shape = view.input().shape;
    const std::vector<int> order = int32_values(view.input(1));
    view.require(order.size() == shape.size(), "permutation of {} elements for {} dimensions",
        order.size(), shape.size());
    std::vector<bool> used(shape.size());
    Shape expected;
    for (int from : order) {
        const std::size_t axis = axis_of(view, from, shape.size());
        view.require(!used[axis], "axis {} twice in the permutation", axis);
        used[axis] = true;
        expected.push_back(shape[axis]);
    }
    output_is(view, expected);
}

} // namespace

void check_shapes(const OperatorView& view)
{
    switch (view.code()) {
    case conv_2d:
    case depthwise_conv_2d:
        return check_convolution(view);
    case average_pool_2d:
    case max_pool_2d:
        return check_pool(view);
    case fully_connected:
        return check_fully_connected(view);
    case add:
    case sub:
    case mul:
        return check_elementwise(view);
    case concatenation:
        return check_concatenation(view);
    case pack:
        return check_pack(view);
    case split:
        return check_split(view);
    case mean:
        return check_mean(view);
    case pad:
        return check_pad(view);
    case reshape:
        return elements_stay(view);
    case squeeze:
        return only_ones_disappear(view);
    case expand_dims:
        return check_expand_dims(view);
    case resize_bilinear:
    case resize_nearest_neighbor:
        return check_resize(view);
    case strided_slice:
        return check_strided_slice(view);
    case transpose:
        return check_transpose(view);
    case dequantize:
    case hard_swish:
    case logistic:
    case quantize:
    case relu:
    case relu6:
    case softmax:
        return output_is(view, view.input().shape);
    }
}

} // namespace graph
