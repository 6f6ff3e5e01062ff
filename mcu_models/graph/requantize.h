// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace graph {

/// A positive real number as TensorFlow Lite's kernels multiply by it: real = multiplier * 2^(shift
/// - 31), multiplier in [2^30, 2^31) or 0. shift > 0 is to the left.
struct FixedPoint {
    std::int32_t multiplier = 0;
    int shift = 0;
    bool operator==(const FixedPoint&) const = default;
};
FixedPoint fixed_point(double real);

/// What the sums of a CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED are multiplied by, one per
/// output channel: scale of the input times scale of the weights by scale of the output. TensorFlow
/// Lite takes the product of the first two in single precision where one scale serves all weights
/// of a fully connected or uint8 layer, in double precision elsewhere; the last bit of the
/// multiplier depends on it.
std::vector<FixedPoint> output_multipliers(const ModelGraph& graph, const Operator& op);

/// Smallest and largest stored value of `output` after a fused activation.
std::pair<std::int32_t, std::int32_t> activation_range(Activation activation, const Tensor& output);

} // namespace graph
