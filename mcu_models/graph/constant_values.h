// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <vector>

namespace graph {

/// The elements of a constant int32 tensor: axes, paddings, sizes, permutations.
std::vector<int> int32_values(const Tensor& tensor);
/// The elements of a constant int64 tensor: a wide bias.
std::vector<std::int64_t> int64_values(const Tensor& tensor);

/// A constant int32 tensor without quantization, and its elements.
Tensor int32_constant(std::string name, std::vector<int> shape, const std::vector<int>& values);

} // namespace graph
