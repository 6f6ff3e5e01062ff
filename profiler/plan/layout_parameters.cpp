// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/parameter_families.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace plan {
namespace {

std::int64_t element_bytes(const graph::Tensor& tensor)
{
    return static_cast<std::int64_t>(graph::size_of(tensor.type));
}

/// A walk through the input: for each output dimension its size and the step in input elements.
struct Walk {
    std::vector<std::int64_t> sizes, steps;
    std::int64_t first = 0;
};

/// The same walk in four dimensions: those of size 1 are dropped, neighbors that continue each
/// other merged.
Walk in_four_dimensions(const Walk& walk)
{
    Walk result {{}, {}, walk.first};
    for (std::size_t i = 0; i < walk.sizes.size(); ++i) {
        if (walk.sizes[i] == 1)
            continue;
        if (!result.sizes.empty() && result.steps.back() == walk.steps[i] * walk.sizes[i]) {
            result.sizes.back() *= walk.sizes[i];
            result.steps.back() = walk.steps[i];
        } else {
            result.sizes.push_back(walk.sizes[i]);
            result.steps.push_back(walk.steps[i]);
        }
    }
    if (result.sizes.size() > rank_limit)
        throw Unsupported(fmt::format(
            "{} dimensions that cannot be merged, at most {}", result.sizes.size(), rank_limit));
    const std::size_t missing = rank_limit - result.sizes.size();
    result.sizes.insert(result.sizes.begin(), missing, 1);
    result.steps.insert(result.steps.begin(), missing, 0);
    return result;
}

std::vector<std::int64_t> strides_of(const graph::Tensor& tensor)
{
    std::vector<std::int64_t> strides(tensor.shape.size(), 1);
    for (std::size_t i = strides.size(); i-- > 1;)
        strides[i - 1] = strides[i] * tensor.shape[i];
    return strides;
}

Walk transpose_walk(const Subject& subject)
{
    std::vector<std::int64_t> strides = strides_of(subject.input());
    Walk walk;
    for (std::int64_t axis : constant_integers(subject.input(1))) {
        auto index = static_cast<std::size_t>(
            axis < 0 ? axis + static_cast<std::int64_t>(strides.size()) : axis);
        walk.sizes.push_back(subject.input().shape.at(index));
        walk.steps.push_back(strides.at(index));
    }
    return walk;
}

bool bit(int mask, std::size_t index) { return (mask >> index & 1) != 0; }

Walk strided_slice_walk(const Subject& subject)
{
    const auto& options = subject.op.as<graph::StridedSliceOptions>();
    if (options.ellipsis_mask != 0 || options.new_axis_mask != 0)
        throw Unsupported("an ellipsis or new axis");
    std::vector<std::int64_t> begins = constant_integers(subject.input(1));
    std::vector<std::int64_t> ends = constant_integers(subject.input(2));
    std::vector<std::int64_t> jumps = constant_integers(subject.input(3));
    std::vector<std::int64_t> strides = strides_of(subject.input());

    Walk walk;
    for (std::size_t i = 0; i < strides.size(); ++i) {
        const std::int64_t size = subject.input().shape[i];
        const bool named = i < begins.size(); // a shorter list takes the other dimensions whole
        const std::int64_t jump = named ? jumps.at(i) : 1;
        if (jump == 0)
            throw Unsupported("a stride of 0");
        const std::int64_t lowest = jump > 0 ? 0 : -1, highest = jump > 0 ? size : size - 1;
        auto within
            = [&](std::int64_t at) { return std::clamp(at < 0 ? at + size : at, lowest, highest); };
        std::int64_t begin = jump > 0 ? lowest : highest, end = jump > 0 ? highest : lowest;
        if (named && !bit(options.begin_mask, i))
            begin = within(begins[i]);
        if (named && !bit(options.end_mask, i))
            end = within(ends.at(i));
        if (named && bit(options.shrink_axis_mask, i))
            end = begin + (jump > 0 ? 1 : -1);
        std::int64_t count = (end - begin + jump - (jump > 0 ? 1 : -1)) / jump;
        walk.sizes.push_back(std::max<std::int64_t>(count, 0));
        walk.steps.push_back(jump * strides[i]);
        walk.first += begin * strides[i];
    }
    return walk;
}

/// The input row or column that TensorFlow Lite copies for `position`; in single precision, as it
/// does.
std::int64_t nearest(
    int position, int input_size, int output_size, const graph::ResizeOptions& options)
{
    const float ratio = options.align_corners && output_size > 1
        ? static_cast<float>(input_size - 1) / static_cast<float>(output_size - 1)
        : static_cast<float>(input_size) / static_cast<float>(output_size);
    const float offset = options.half_pixel_centers ? 0.5F : 0.0F;
    const float exact = (static_cast<float>(position) + offset) * ratio;
    const float rounded = options.align_corners ? std::round(exact) : std::floor(exact);
    return std::clamp(static_cast<int>(rounded), 0, input_size - 1);
}

TablePointer nearest_table(const Subject& subject, std::size_t dimension)
{
    const int input_size = subject.input().shape.at(dimension);
    const int output_size = subject.output().shape.at(dimension);
    if (input_size > INT16_MAX)
        throw Unsupported("more than 32767 rows or columns");
    std::vector<std::int64_t> sources;
    for (int i = 0; i < output_size; ++i)
        sources.push_back(
            nearest(i, input_size, output_size, subject.op.as<graph::ResizeOptions>()));
    return subject.tables.add("int16_t", std::move(sources));
}

bool is_identity(const Table& table)
{
    for (std::size_t i = 0; i < table.values.size(); ++i)
        if (table.values[i] != static_cast<std::int64_t>(i))
            return false;
    return true;
}

/// How the bytes of an input become the output's: copied, or by a table if the two are quantized
/// differently.
Value conversion(const Subject& subject, std::size_t index)
{
    const graph::Quantization& from = subject.input(index).quantization;
    const graph::Quantization& to = subject.output().quantization;
    if ((from.scale == to.scale && from.zero_point == to.zero_point) || from.scale.empty())
        return NullPointer {};
    if (graph::size_of(subject.output().type) != 1)
        throw Unsupported("inputs with different quantization");
    TableSet apart; // an identity must not stay in the plan
    TablePointer table = lookup_table({subject.row, subject.graph, subject.op, apart}, index);
    const Table& content = apart.tables().at(table.table);
    if (is_identity(content))
        return NullPointer {};
    return subject.tables.add(content.type, content.values);
}

} // namespace

Parameters pad_parameters(const Subject& subject)
{
    const graph::Tensor& input = subject.input();
    std::vector<std::int64_t> margins
        = constant_integers(subject.input(1)); // [dimension][before, after]
    std::vector<std::int64_t> before(rank_limit, 0), shape = shape_of_four(input);
    const std::size_t missing = rank_limit - input.shape.size();
    for (std::size_t i = 0; i < input.shape.size(); ++i)
        before[missing + i] = margins.at(2 * i);
    return {
        {"input_shape", shape},
        {"output_shape", shape_of_four(subject.output())},
        {"before", before},
        {"element_bytes", element_bytes(input)},
        {"value", zero_point(subject.output())},
        {"input", subject.input_pointer()},
        {"output", subject.output_pointer()},
    };
}

Parameters concatenation_parameters(const Subject& subject)
{
    const auto& options = subject.op.as<graph::AxisOptions>();
    if (options.activation != graph::Activation::none)
        throw Unsupported("a fused activation");
    const auto axis = static_cast<std::size_t>(options.axis);
    RecordArray inputs {"concatenation_input", {}};
    for (std::size_t i = 0; i < subject.op.inputs.size(); ++i) {
        const graph::Tensor& input = subject.input(i);
        std::int64_t piece = product(input.shape, axis, input.shape.size()) * element_bytes(input);
        inputs.records.push_back({{
            {"data", subject.input_pointer(i)},
            {"piece_bytes", piece},
            {"table", conversion(subject, i)},
        }});
    }
    return {
        {"outer", product(subject.output().shape, 0, axis)},
        {"input_count", static_cast<std::int64_t>(inputs.records.size())},
        {"inputs", inputs},
        {"output", subject.output_pointer()},
    };
}

Parameters split_parameters(const Subject& subject)
{
    const auto axis = static_cast<std::size_t>(subject.op.as<graph::AxisOptions>().axis);
    RecordArray outputs {"split_output", {}};
    for (std::size_t i = 0; i < subject.op.outputs.size(); ++i) {
        const graph::Tensor& output = subject.output(i);
        std::int64_t piece
            = product(output.shape, axis, output.shape.size()) * element_bytes(output);
        outputs.records.push_back({{
            {"data", subject.output_pointer(i)},
            {"piece_bytes", piece},
        }});
    }
    return {
        {"outer", product(subject.output().shape, 0, axis)},
        {"output_count", static_cast<std::int64_t>(outputs.records.size())},
        {"outputs", outputs},
        {"input", TensorPointer {activation_input(subject.op)}},
    };
}

Parameters strided_copy_parameters(const Subject& subject)
{
    const bool transpose = subject.op.code == graph::OperatorCode::transpose;
    Walk walk
        = in_four_dimensions(transpose ? transpose_walk(subject) : strided_slice_walk(subject));
    if (product(subject.output().shape, 0, subject.output().shape.size())
        != std::accumulate(
            walk.sizes.begin(), walk.sizes.end(), std::int64_t {1}, std::multiplies {}))
        throw Unsupported("a slice whose size differs from its output's");
    return {
        {"output_shape", walk.sizes},
        {"first", walk.first},
        {"steps", walk.steps},
        {"element_bytes", element_bytes(subject.input())},
        {"input", subject.input_pointer()},
        {"output", subject.output_pointer()},
    };
}

Parameters resize_nearest_neighbor_parameters(const Subject& subject)
{
    const graph::Tensor& input = subject.input();
    return {
        {"batches", input.shape.at(0)},
        {"input_height", input.shape.at(1)},
        {"input_width", input.shape.at(2)},
        {"output_height", subject.output().shape.at(1)},
        {"output_width", subject.output().shape.at(2)},
        {"pixel_bytes", input.shape.at(3) * element_bytes(input)},
        {"source_row", nearest_table(subject, 1)},
        {"source_column", nearest_table(subject, 2)},
        {"input", subject.input_pointer()},
        {"output", subject.output_pointer()},
    };
}

Parameters resize_bilinear_parameters(const Subject& subject)
{
    require_shared_quantization(subject);
    const auto& options = subject.op.as<graph::ResizeOptions>();
    const graph::Tensor& input = subject.input();
    return {
        {"batches", input.shape.at(0)},
        {"input_height", input.shape.at(1)},
        {"input_width", input.shape.at(2)},
        {"channels", input.shape.at(3)},
        {"output_height", subject.output().shape.at(1)},
        {"output_width", subject.output().shape.at(2)},
        {"align_corners", options.align_corners ? 1 : 0},
        {"half_pixel_centers", options.half_pixel_centers ? 1 : 0},
        {"input", subject.input_pointer()},
        {"output", subject.output_pointer()},
    };
}

} // namespace plan
