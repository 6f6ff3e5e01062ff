// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <cstdint>

namespace graph {

/// One direction of a sliding window: how far apart its taps are and how far it moves. All at
/// least 1.
struct Window {
    int size = 1, stride = 1, dilation = 1;

    /// Elements from the first tap to the last.
    std::int64_t reach() const { return std::int64_t {size - 1} * dilation + 1; }
};

/// Padding on both sides of one direction, elements.
struct Sides {
    std::int64_t before = 0, after = 0;
    bool operator==(const Sides&) const = default;
};

/// What TensorFlow's SAME adds to `input` elements: output = ceil(input / stride), the odd one goes
/// behind.
Sides same_padding(int input, const Window& window);

/// Positions of the window in `input` padded elements; 0 if it does not fit at all.
std::int64_t window_positions(int input, Sides padding, const Window& window);

/// SAME or VALID as explicit margins. They are below 2^31 as long as size * dilation is.
Margins margins_of(
    Padding padding, int height, int width, const Window& rows, const Window& columns);

Window rows_of(const ConvolutionOptions& options, const Tensor& weights);
Window columns_of(const ConvolutionOptions& options, const Tensor& weights);
Window rows_of(const PoolOptions& options);
Window columns_of(const PoolOptions& options);

} // namespace graph
