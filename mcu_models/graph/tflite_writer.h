// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <cstdint>
#include <vector>

namespace graph {

/// A valid graph as a TensorFlow Lite file, version 3: constants aligned to 16 bytes, equal graphs
/// give equal bytes, and `read_tflite` gives the graph back.
///
/// The format knows SAME and VALID only: a convolution with other margins gets a PAD before it
/// (which `fold_padding` takes away again). InputError for a pool with such margins, because a PAD
/// would take part in its average or maximum.
std::vector<std::uint8_t> write_tflite(const ModelGraph& graph);

} // namespace graph
