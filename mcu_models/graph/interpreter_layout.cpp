// SPDX-License-Identifier: GPL-2.0-or-later
// Operators that move data: CONCATENATION, PACK, PAD, SPLIT, STRIDED_SLICE, TRANSPOSE and the
// copies (RESHAPE, SQUEEZE, EXPAND_DIMS).
#include "base/check.h"
#include "mcu_models/graph/interpreter_step.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace graph {
namespace {

std::size_t product(std::span<const int> sizes)
{
    return std::accumulate(sizes.begin(), sizes.end(), std::size_t {1},
        [](std::size_t total, int size) { return total * static_cast<std::size_t>(size); });
}

void append(TensorBytes& to, std::span<const std::uint8_t> from)
{
    to.insert(to.end(), from.begin(), from.end());
}

/// The distance in elements between neighbors along each dimension.
std::vector<std::int64_t> strides_of(const std::vector<int>& shape)
{
    std::vector<std::int64_t> strides(shape.size(), 1);
    for (std::size_t d = shape.size(); d-- > 1;)
        strides[d - 1] = strides[d] * shape[d];
    return strides;
}

/// Elements of `input` at `start` and then along `steps` in the order of `shape`.
TensorBytes gathered(std::span<const std::uint8_t> input, std::size_t element_size,
    std::int64_t start, const std::vector<int>& shape, const std::vector<std::int64_t>& steps)
{
    TensorBytes bytes;
    std::vector<int> at(shape.size(), 0);
    for (std::size_t count = product(shape); count > 0; --count) {
        std::int64_t offset = start;
        for (std::size_t d = 0; d < shape.size(); ++d)
            offset += at[d] * steps[d];
        CHECK(offset >= 0);
        append(bytes, input.subspan(static_cast<std::size_t>(offset) * element_size, element_size));
        for (std::size_t d = shape.size(); d-- > 0;) {
            if (++at[d] < shape[d])
                break;
            at[d] = 0;
        }
    }
    return bytes;
}

/// The bytes of one input of a CONCATENATION at the output's scale. Only uint8 may differ in scale,
/// and there TensorFlow Lite computes in single precision.
TensorBytes concatenation_operand(const Step& step, std::size_t index)
{
    const std::span<const std::uint8_t> bytes = step.bytes[index];
    TensorBytes result(bytes.begin(), bytes.end());
    const Tensor& input = step.input(index);
    const Tensor& output = step.output();
    if (input.type != ElementType::uint8
        || (scale_of(input) == scale_of(output) && zero_point_of(input) == zero_point_of(output)))
        return result;
    const float inverse = 1.0F / scale_of(output);
    const float scale = scale_of(input) * inverse;
    const float bias = static_cast<float>(-zero_point_of(input)) * scale;
    for (std::uint8_t& value : result) {
        const float scaled = std::round(static_cast<float>(value) * scale + bias);
        value = static_cast<std::uint8_t>(
            std::clamp(static_cast<std::int32_t>(scaled) + zero_point_of(output), 0, 255));
    }
    return result;
}

} // namespace

std::vector<TensorBytes> run_concatenation(const Step& step)
{
    const auto axis = static_cast<std::size_t>(step.op.as<AxisOptions>().axis);
    const std::size_t outer = product(std::span(step.output().shape).first(axis));
    std::vector<TensorBytes> operands;
    for (std::size_t i = 0; i < step.input_count(); ++i)
        operands.push_back(concatenation_operand(step, i));

    TensorBytes bytes;
    for (std::size_t part = 0; part < outer; ++part)
        for (const TensorBytes& operand : operands) {
            const std::size_t size = operand.size() / outer;
            append(bytes, std::span(operand).subspan(part * size, size));
        }
    return {std::move(bytes)};
}

std::vector<TensorBytes> run_pack(const Step& step)
{
    const auto axis = static_cast<std::size_t>(step.op.as<AxisOptions>().axis);
    const std::size_t outer = product(std::span(step.output().shape).first(axis));
    TensorBytes bytes;
    for (std::size_t part = 0; part < outer; ++part)
        for (const std::span<const std::uint8_t> operand : step.bytes) {
            const std::size_t size = operand.size() / outer;
            append(bytes, operand.subspan(part * size, size));
        }
    return {std::move(bytes)};
}

std::vector<TensorBytes> run_split(const Step& step)
{
    // TensorFlow Lite's first input is the axis; the reader has already put it into the options.
    const std::size_t data = step.input_count() - 1;
    const auto axis = static_cast<std::size_t>(step.op.as<AxisOptions>().axis);
    const std::size_t outer = product(std::span(step.input(data).shape).first(axis));
    const std::span<const std::uint8_t> input = step.bytes[data];
    std::vector<TensorBytes> outputs(step.op.outputs.size());
    std::size_t offset = 0;
    for (std::size_t part = 0; part < outer; ++part)
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const std::size_t size = static_cast<std::size_t>(step.output(i).bytes()) / outer;
            append(outputs[i], input.subspan(offset, size));
            offset += size;
        }
    return outputs;
}

std::vector<TensorBytes> run_copy(const Step& step)
{
    return {TensorBytes(step.bytes[0].begin(), step.bytes[0].end())};
}

std::vector<TensorBytes> run_pad(const Step& step)
{
    const Tensor& in = step.input(0);
    const Tensor& out = step.output();
    const std::vector<std::int32_t> margins = step.integers(1); // before and after, by dimension
    const std::size_t element_size = size_of(in.type);
    const std::vector<std::int32_t> value = {zero_point_of(out)};
    const TensorBytes filling
        = holds_activations(out.type) ? stored_as(out.type, value) : TensorBytes(element_size, 0);

    TensorBytes bytes;
    while (bytes.size() < static_cast<std::size_t>(out.bytes()))
        append(bytes, filling);
    const std::vector<std::int64_t> in_strides = strides_of(in.shape),
                                    out_strides = strides_of(out.shape);
    for (std::int64_t i = 0; i < in.elements(); ++i) {
        std::int64_t target = 0;
        for (std::size_t d = 0; d < in.shape.size(); ++d)
            target += (i / in_strides[d] % in.shape[d] + margins.at(2 * d)) * out_strides[d];
        const auto from
            = step.bytes[0].subspan(static_cast<std::size_t>(i) * element_size, element_size);
        std::copy(from.begin(), from.end(),
            bytes.begin() + target * static_cast<std::int64_t>(element_size));
    }
    return {std::move(bytes)};
}

std::vector<TensorBytes> run_transpose(const Step& step)
{
    const Tensor& in = step.input(0);
    const std::vector<std::int64_t> strides = strides_of(in.shape);
    std::vector<std::int64_t> steps;
    for (const std::int32_t dimension : step.integers(1))
        steps.push_back(strides.at(static_cast<std::size_t>(
            dimension < 0 ? dimension + static_cast<int>(in.shape.size()) : dimension)));
    return {gathered(step.bytes[0], size_of(in.type), 0, step.output().shape, steps)};
}

std::vector<TensorBytes> run_strided_slice(const Step& step)
{
    const Tensor& in = step.input(0);
    const auto& options = step.op.as<StridedSliceOptions>();
    if (options.ellipsis_mask != 0 || options.new_axis_mask != 0)
        step.refuse("ellipsis and new axes: not supported");
    const std::vector<std::int32_t> begin = step.integers(1), end = step.integers(2),
                                    stride = step.integers(3);

    // The shape with every axis kept; axes of one that the output drops do not move data.
    std::vector<int> shape;
    std::vector<std::int64_t> steps = strides_of(in.shape);
    std::int64_t start = 0;
    for (std::size_t d = 0; d < in.shape.size(); ++d) {
        const int size = in.shape[d];
        const int step_size = d < stride.size() ? stride[d] : 1;
        const auto masked = [&](int mask) { return d >= begin.size() || (mask & (1 << d)) != 0; };
        const auto bounded = [&](int index) {
            const int positive = index < 0 ? index + size : index;
            return step_size > 0 ? std::clamp(positive, 0, size)
                                 : std::clamp(positive, -1, size - 1);
        };
        const int first
            = masked(options.begin_mask) ? (step_size > 0 ? 0 : size - 1) : bounded(begin[d]);
        int last = masked(options.end_mask) ? (step_size > 0 ? size : -1) : bounded(end[d]);
        if (d < begin.size() && (options.shrink_axis_mask & (1 << d)) != 0)
            last = first + (step_size > 0 ? 1 : -1);
        const int count = (last - first + step_size + (step_size > 0 ? -1 : 1)) / step_size;
        shape.push_back(std::max(count, 0));
        start += first * steps[d];
        steps[d] *= step_size;
    }
    return {gathered(step.bytes[0], size_of(in.type), start, shape, steps)};
}

} // namespace graph
