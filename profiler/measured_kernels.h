// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "mcu_models/graph/model_graph.h"
#include "profiler/firmware/firmware.h"
#include "profiler/plan/execution_plan.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace profiler {

/// Cycles of each layer of a firmware, from one run.
using LayerCycles = std::vector<std::uint64_t>;
using RunNetwork = std::function<LayerCycles(
    const plan::ExecutionPlan& plan, const firmware::Firmware& firmware)>;
/// A round of measurement is about to begin.
using RoundBegins = std::function<void(std::size_t round, std::size_t rounds)>;

/// For each operator the fastest of the kernels that fit it: the whole network is run once with the
/// first of them everywhere, once with the second, and so on. A kernel is measured among the others
/// of its round, as it will run: behind the same layer, with caches as that left them. Of equals
/// the first wins. What was measured is kept in the cache of compiled firmware, by firmware, chip
/// and version of this program. A round that does not fit the chip is left out.
///
/// Empty where nothing is to be chosen. Left out: what the choice costs in memory, and effects of
/// one layer's kernel on the next.
plan::PreferredKernels measured_kernels(const graph::ModelGraph& graph, const mcu::ChipModel& chip,
    plan::KernelSet kernels, const RunNetwork& run, const RoundBegins& round_begins);

} // namespace profiler
