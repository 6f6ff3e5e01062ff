// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <vector>

namespace graph {

/// A graph with fewer operators than it came from.
struct FoldedGraph {
    ModelGraph graph;
    std::vector<int> original_operator; // for each operator its index before folding
};

/// Without the PADs that the network does not need, and with the same results.
///
/// A PAD of rows and columns becomes margins of the CONV_2D or DEPTHWISE_CONV_2D that alone reads
/// it, if it keeps the quantization: margins count as zero, which is what PAD writes. A PAD of
/// nothing disappears. Tensor numbers stay; tensors that nobody uses any more remain in the list.
/// Kept: PADs whose result is a network output, pads batch or channels, or is read by anything
/// else. The graph must be valid.
FoldedGraph fold_padding(ModelGraph graph);

} // namespace graph
