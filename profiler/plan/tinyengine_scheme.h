// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"
#include "profiler/plan/patches.h"

#include <cstdint>
#include <optional>

namespace plan {

/// What TinyEngine's code generator (mit-han-lab/tinyengine, commit 28ed334) reports for a network:
/// the published state of the art, to compare our plans with. Nothing here is used to build firmware.
struct TinyEngineFigures {
    std::uint64_t arena = 0;         // activations, as its planner places them
    std::uint64_t image_columns = 0; // its im2col and depthwise buffer: the most a layer needs
    std::uint64_t wide_weights = 0;  // weights of a kernel larger than 1x1, widened to 16 bits
    std::uint64_t model_size = 0;    // MODEL_SIZE: weights, and 8 bytes an output channel (bias, scale); no code

    /// PEAK_MEM: all SRAM but the stack; the network's input is part of it only without patches.
    std::uint64_t peak_memory() const { return arena + image_columns + wide_weights; }
    bool operator==(const TinyEngineFigures&) const = default;
};

/// By its rules, of int8 networks:
/// - A tensor lives from the operator that makes it to the last that reads it. Depthwise outputs take
///   over their inputs; behind one of stride 2 a quarter of the bytes counts.
/// - Largest first, each at the lowest offset where it meets no tensor whose life strictly crosses its
///   own. Tensors of exactly the same life are not seen to cross; no alignment.
/// - With patches: layers of the patch have sizes of an inner one; the joined tensor lives from the
///   first operator to the last; who else than the first layer behind reads it (a residual addition)
///   is counted with the output of one patch. The whole image is not counted.
///
/// Operators that convert or rename (QUANTIZE, RESHAPE, SOFTMAX ...) are not there in its networks and
/// are passed over. Patches count layers as PatchGrid does; strides must be 1 or 2.
/// InputError: as split_into_patches; a grid with rows other than columns.
TinyEngineFigures tinyengine_figures(const graph::ModelGraph& graph, const std::optional<PatchGrid>& grid = {});

} // namespace plan
