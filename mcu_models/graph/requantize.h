// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <cstdint>
#include <utility>

namespace graph {

/// A positive real number as TensorFlow Lite's kernels multiply by it: real = multiplier * 2^(shift - 31),
/// multiplier in [2^30, 2^31) or 0. shift > 0 is to the left.
struct FixedPoint {
    std::int32_t multiplier = 0;
    int shift = 0;
    bool operator==(const FixedPoint&) const = default;
};
FixedPoint fixed_point(double real);

/// Smallest and largest stored value of `output` after a fused activation.
std::pair<std::int32_t, std::int32_t> activation_range(Activation activation, const Tensor& output);

} // namespace graph
