// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <optional>

namespace graph {

/// VALID or SAME if the margins of a convolution or pool are what these mean.
std::optional<Padding> padding_scheme(const ModelGraph& graph, const Operator& op);

/// The reverse of `fold_padding`: before each convolution whose margins are neither SAME nor VALID
/// a PAD. New tensors come last, so that all others keep their numbers.
ModelGraph with_explicit_padding(ModelGraph graph);

} // namespace graph
