// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

/// Small valid networks, one a group of operators; together they use every operator there is.
namespace samples {

/// PAD, CONV_2D, DEPTHWISE_CONV_2D (multiplier 2, dilated), pools, RESHAPE, FULLY_CONNECTED,
/// SOFTMAX in int8.
graph::ModelGraph convolutions();
/// ADD, MUL, SUB with broadcasting, CONCATENATION, PACK, SPLIT, STRIDED_SLICE, TRANSPOSE, SQUEEZE,
/// EXPAND_DIMS, resizes, MEAN, LOGISTIC, HARD_SWISH, RELU, RELU6 in int8, between QUANTIZE and
/// DEQUANTIZE.
graph::ModelGraph everything_else();
/// uint8 with weight zero points.
graph::ModelGraph legacy();
/// int16 activations with a 64-bit bias.
graph::ModelGraph wide();

} // namespace samples
