// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <string>
#include <string_view>
#include <vector>

namespace plan {

/// The first `layers` layers run patch by patch, in so many rows and columns: "4x4@8".
///
/// Layers are counted as those that compute: operators that convert, rename or only move data
/// (QUANTIZE, TRANSPOSE, RESHAPE, PAD ...) do not count; those ahead of the first that does run whole.
struct PatchGrid {
    int rows = 1, columns = 1, layers = 0;
    bool operator==(const PatchGrid&) const = default;
};

std::string text_of(const PatchGrid& grid);
/// InputError if the text is no ROWSxCOLUMNS@LAYERS of positive numbers.
PatchGrid parse_patch_grid(std::string_view text);

/// A network whose first layers run patch by patch.
struct PatchedGraph {
    graph::ModelGraph graph;
    std::vector<std::string> patch; // for each operator "1,2": row and column of its patch; empty: none
};

/// The same network, its first layers once for each patch: a STRIDED_SLICE cuts the patch's part of
/// the input with the border that its windows reach, the layers follow with margins only where the
/// patch touches the edge of the image, and CONCATENATIONs join columns and rows to the tensor that
/// the next layer reads. So every element is computed as before and the outputs are equal to the bit;
/// borders that neighbors share are computed in each. Weights are shared. Tensor numbers stay.
///
/// InputError: fewer layers than that; a layer that cannot run on a part of its input (MEAN,
/// FULLY_CONNECTED ...); more than one tensor goes from the patched layers to the others (which
/// numbers of layers would do); rows or columns that do not divide the image (which would).
PatchedGraph split_into_patches(const graph::ModelGraph& graph, const PatchGrid& grid);

/// Grids worth trying: square, 2 to 5 a side, over each number of layers that can be split off where
/// the image still has an eighth of its side.
std::vector<PatchGrid> possible_grids(const graph::ModelGraph& graph);

} // namespace plan
