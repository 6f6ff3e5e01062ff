// SPDX-License-Identifier: GPL-2.0-or-later
// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR. The sizes come from the shapes.
#include "mcu_models/graph/interpreter_step.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace graph {
namespace {

/// Where between two input rows (or columns) an output row lies, in 1/1024.
struct Between {
    int lower = 0, upper = 0;
    std::int64_t share = 0; // of `upper`
};

std::vector<Between> positions(int from, int to, const ResizeOptions& options)
{
    int scale = (1024 * from + to / 2) / to;
    if (options.align_corners && to > 1)
        scale = (1024 * (from - 1) + (to - 1) / 2) / (to - 1);
    std::vector<Between> result;
    for (int i = 0; i < to; ++i) {
        const int position = options.half_pixel_centers ? i * scale + scale / 2 - 512 : i * scale;
        const int lower = std::max(position / 1024, 0);
        result.push_back(
            {lower, std::min((position + 1023) / 1024, from - 1), position - 1024 * lower});
    }
    return result;
}

/// The input row (or column) nearest to each output row.
std::vector<int> nearest(int from, int to, const ResizeOptions& options)
{
    const float scale = options.align_corners && to > 1
        ? static_cast<float>(from - 1) / static_cast<float>(to - 1)
        : static_cast<float>(from) / static_cast<float>(to);
    const float offset = options.half_pixel_centers ? 0.5F : 0.0F;
    std::vector<int> result;
    for (int i = 0; i < to; ++i) {
        const float position = (static_cast<float>(i) + offset) * scale;
        const float rounded = options.align_corners ? std::round(position) : std::floor(position);
        result.push_back(std::clamp(static_cast<int>(rounded), 0, from - 1));
    }
    return result;
}

} // namespace

std::vector<TensorBytes> run_resize_bilinear(const Step& step)
{
    if (!holds_activations(step.input(0).type))
        step.refuse(fmt::format("{} activations: not supported", name_of(step.input(0).type)));
    const Extent in = extent_of(step.input(0));
    const Extent out = extent_of(step.output());
    const auto& options = step.op.as<ResizeOptions>();
    const std::vector<Between> rows = positions(in.height, out.height, options);
    const std::vector<Between> columns = positions(in.width, out.width, options);
    const std::vector<std::int32_t> input = step.integers(0);

    std::vector<std::int32_t> values;
    for (int b = 0; b < out.batch; ++b)
        for (const Between& y : rows)
            for (const Between& x : columns)
                for (int c = 0; c < out.channels; ++c) {
                    const std::int64_t sum
                        = input[in.at(b, y.lower, x.lower, c)] * (1024 - y.share) * (1024 - x.share)
                        + input[in.at(b, y.upper, x.lower, c)] * y.share * (1024 - x.share)
                        + input[in.at(b, y.lower, x.upper, c)] * (1024 - y.share) * x.share
                        + input[in.at(b, y.upper, x.upper, c)] * y.share * x.share;
                    const std::int64_t half = sum > 0 ? 1 << 19 : -(1 << 19);
                    values.push_back(static_cast<std::int32_t>((sum + half) / (1 << 20)));
                }
    return {stored_as(step.output().type, values)};
}

std::vector<TensorBytes> run_resize_nearest_neighbor(const Step& step)
{
    const Extent in = extent_of(step.input(0));
    const Extent out = extent_of(step.output());
    const auto& options = step.op.as<ResizeOptions>();
    const std::size_t pixel = static_cast<std::size_t>(in.channels) * size_of(step.input(0).type);
    const std::vector<int> rows = nearest(in.height, out.height, options);
    const std::vector<int> columns = nearest(in.width, out.width, options);

    TensorBytes bytes;
    for (int b = 0; b < out.batch; ++b)
        for (const int y : rows)
            for (const int x : columns) {
                const std::size_t offset = in.at(b, y, x) * size_of(step.input(0).type);
                const auto from = step.bytes[0].subspan(offset, pixel);
                bytes.insert(bytes.end(), from.begin(), from.end());
            }
    return {std::move(bytes)};
}

} // namespace graph
