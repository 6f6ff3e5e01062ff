// SPDX-License-Identifier: GPL-2.0-or-later
// AVERAGE_POOL_2D, MAX_POOL_2D and MEAN.
#include "mcu_models/graph/fixed_point_math.h"
#include "mcu_models/graph/interpreter_step.h"
#include "mcu_models/graph/requantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>

namespace graph {
namespace {

/// Calls `reduce(values, count)` for each output element with the part of the input its window
/// covers.
template <class Reduce>
std::vector<TensorBytes> pooled(const Step& step, Reduce reduce)
{
    const auto& options = step.op.as<PoolOptions>();
    if (!holds_activations(step.input(0).type) || step.input(0).type != step.output().type)
        step.refuse(fmt::format("{} activations: not supported", name_of(step.input(0).type)));
    const Extent in = extent_of(step.input(0));
    const Extent out = extent_of(step.output());
    const std::vector<std::int32_t> input = step.integers(0);
    const auto [lowest, highest] = activation_range(options.activation, step.output());

    std::vector<std::int32_t> window;
    std::vector<std::int32_t> values(out.elements());
    for (int b = 0; b < out.batch; ++b)
        for (int y = 0; y < out.height; ++y)
            for (int x = 0; x < out.width; ++x) {
                const int top = y * options.stride_height - options.padding.top;
                const int left = x * options.stride_width - options.padding.left;
                for (int c = 0; c < out.channels; ++c) {
                    window.clear();
                    for (int row = std::max(top, 0);
                         row < std::min(top + options.filter_height, in.height); ++row)
                        for (int column = std::max(left, 0);
                             column < std::min(left + options.filter_width, in.width); ++column)
                            window.push_back(input[in.at(b, row, column, c)]);
                    if (window.empty())
                        step.refuse("a window covers nothing but padding");
                    values[out.at(b, y, x, c)] = std::clamp(reduce(window), lowest, highest);
                }
            }
    return {stored_as(step.output().type, values)};
}

} // namespace

std::vector<TensorBytes> run_average_pool(const Step& step)
{
    // Of stored values, not real ones: input and output have one scale. Padding does not count.
    return pooled(step, [](const std::vector<std::int32_t>& window) {
        std::int32_t sum = 0;
        for (const std::int32_t value : window)
            sum += value;
        const auto count = static_cast<std::int32_t>(window.size());
        return sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
    });
}

std::vector<TensorBytes> run_max_pool(const Step& step)
{
    return pooled(step, [](const std::vector<std::int32_t>& window) {
        return *std::max_element(window.begin(), window.end());
    });
}

namespace {

/// `factor` / count, count's power of two kept in the shift.
FixedPoint divided(FixedPoint factor, std::int64_t count)
{
    int shift = std::bit_width(static_cast<std::uint64_t>(count)) - 1;
    shift = std::min({shift, 32, 31 + factor.shift});
    return {static_cast<std::int32_t>((std::int64_t {factor.multiplier} << shift) / count),
        factor.shift - shift};
}

} // namespace

std::vector<TensorBytes> run_mean(const Step& step)
{
    const Tensor& in = step.input(0);
    const Tensor& out = step.output();
    if (!holds_activations(in.type) || in.type != out.type)
        step.refuse(fmt::format("{} activations: not supported", name_of(in.type)));
    const std::size_t rank = in.shape.size();
    std::vector<bool> reduced(rank, false);
    for (const std::int32_t axis : step.integers(1)) {
        const std::int64_t dimension = axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
        if (dimension < 0 || dimension >= static_cast<std::int64_t>(rank))
            step.refuse(fmt::format("axis {} of a tensor with {} dimensions", axis, rank));
        reduced[static_cast<std::size_t>(dimension)] = true;
    }

    // Elements whose kept coordinates agree go to the same sum.
    const std::vector<std::int32_t> input = step.integers(0);
    std::vector<std::int64_t> sums(static_cast<std::size_t>(out.elements()), 0);
    for (std::size_t i = 0; i < input.size(); ++i) {
        std::size_t rest = i, target = 0, stride = 1;
        for (std::size_t d = rank; d-- > 0;) {
            const auto size = static_cast<std::size_t>(in.shape[d]);
            if (!reduced[d]) {
                target += rest % size * stride;
                stride *= size;
            }
            rest /= size;
        }
        sums.at(target) += input[i];
    }

    const auto count = static_cast<std::int64_t>(input.size() / sums.size());
    const FixedPoint factor = divided(
        fixed_point(static_cast<double>(scale_of(in)) / static_cast<double>(scale_of(out))), count);
    const auto [lowest, highest] = activation_range(Activation::none, out);
    std::vector<std::int32_t> values;
    for (const std::int64_t sum : sums) {
        const auto centered = static_cast<std::int32_t>(sum - zero_point_of(in) * count);
        values.push_back(
            std::clamp(fixed::multiply(centered, factor) + zero_point_of(out), lowest, highest));
    }
    return {stored_as(out.type, values)};
}

} // namespace graph
