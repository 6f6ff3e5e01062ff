// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <vector>

namespace plan {

/// For each tensor the one whose bytes it shows: itself unless RESHAPE and the like made it.
std::vector<graph::TensorIndex> storage_of(const graph::ModelGraph& graph);

/// For each operator its inputs whose bytes nobody needs after it: not constant, not an output of
/// the network, read by no later operator, nor is anything that shows the same bytes.
std::vector<std::vector<graph::TensorIndex>> overwritable_inputs(const graph::ModelGraph& graph);

} // namespace plan
