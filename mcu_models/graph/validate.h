// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <string>

namespace graph {

/// The invariants of ModelGraph; InputError, `where` first, at the first that does not hold.
///
///   structure     tensors and operators refer to what exists; each tensor is written at most once
///   and before
///                 it is read; inputs are not written, outputs are; options are those of the
///                 operator; constants are as large as their shape says; no shape, window or sum is
///                 beyond 2^31
///   types         each operator computes on types that TensorFlow Lite has it for: int8, legacy
///   uint8, int16;
///                 float32 only in QUANTIZE, DEQUANTIZE and what moves data untouched
///   shapes        agree with the operator, its options and its constant inputs
///   quantization  complete wherever arithmetic needs it, and equal where TensorFlow Lite demands
///   that
void validate(const ModelGraph& graph, const std::string& where);

/// Largest number of dimensions of a tensor, and of elements of padded rows or columns.
inline constexpr std::size_t largest_rank = 8;
inline constexpr std::int64_t largest_extent = std::int64_t {1} << 30;
/// Elements that a convolution or pool may see with its margins: dilation can make them many for a small input.
inline constexpr std::int64_t largest_padded_input = std::int64_t {1} << 28;

} // namespace graph
