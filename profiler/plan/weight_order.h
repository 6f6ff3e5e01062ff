// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace plan {

/// Ways to lay out weights so that a kernel reads them one after the other. Each takes constant
/// int8 weights as the graph has them and gives all of them, once, with zeros where it pads.
///
///     fours    CONV_2D and FULLY_CONNECTED. Four output channels together (the last four padded
///     with
///              channels of zeros), of those four products together (padded with zeros too), 16
///              bytes, c0 to c3 the channels and 0 to 3 the products:
///                  c0.0 c1.0 c0.2 c1.2   c2.0 c3.0 c2.2 c3.2   c0.1 c1.1 c0.3 c1.3   c2.1 c3.1
///                  c2.3 c3.3
///              SXTB16 of a word widens two products of its first channel, and rotated by 8 those
///              of the second, to what SXTB16 makes of four bytes of activations in their own
///              order.
bool is_weight_order(std::string_view name);

/// Of a constant int8 tensor: [output channel][...] for CONV_2D and FULLY_CONNECTED,
/// [1][row][column] [channel] for DEPTHWISE_CONV_2D. An order there is none of is a bug.
std::vector<std::int64_t> ordered_weights(std::string_view name, const graph::Tensor& weights);

} // namespace plan
