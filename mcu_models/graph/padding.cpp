// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/padding.h"

#include <algorithm>

namespace graph {

Sides same_padding(int input, const Window& window)
{
    const std::int64_t output = (std::int64_t {input} + window.stride - 1) / window.stride;
    const std::int64_t total = (output - 1) * window.stride + window.reach() - input;
    if (total <= 0)
        return {};
    return {total / 2, total - total / 2};
}

std::int64_t window_positions(int input, Sides padding, const Window& window)
{
    const std::int64_t room = input + padding.before + padding.after - window.reach();
    return room < 0 ? 0 : room / window.stride + 1;
}

Margins margins_of(
    Padding padding, int height, int width, const Window& rows, const Window& columns)
{
    if (padding == Padding::valid)
        return {};
    const Sides vertical = same_padding(height, rows);
    const Sides horizontal = same_padding(width, columns);
    return {static_cast<int>(vertical.before), static_cast<int>(vertical.after),
        static_cast<int>(horizontal.before), static_cast<int>(horizontal.after)};
}

Window rows_of(const ConvolutionOptions& options, const Tensor& weights)
{
    return {weights.shape[1], options.stride_height, options.dilation_height};
}

Window columns_of(const ConvolutionOptions& options, const Tensor& weights)
{
    return {weights.shape[2], options.stride_width, options.dilation_width};
}

Window rows_of(const PoolOptions& options)
{
    return {options.filter_height, options.stride_height, 1};
}

Window columns_of(const PoolOptions& options)
{
    return {options.filter_width, options.stride_width, 1};
}

} // namespace graph
