// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/core_model.h"
#include "profiler/plan/execution_plan.h"
#include "profiler/plan/patches.h"

#include <cstdint>
#include <optional>

namespace plan {

/// What becomes of the network before kernels are chosen.
struct PatchChoice {
    PatchedGraph network;          // the network itself where nothing is patched
    std::optional<PatchGrid> grid; // none: no planner asked for patches, or none saves memory
    std::int64_t macs = 0;         // of the network without patches
};

/// For the planner `patch` the network in patches: by the grid that was asked for (InputError as
/// split_into_patches), or by the one of possible_grids whose tensors take least (then the fewest
/// MACs) with at most twice the MACs, if that is smaller than without. The network as it is for other planners.
PatchChoice choose_patches(const graph::ModelGraph& graph, const mcu::CoreModel& core, KernelSet kernels, const PlannerOptions& planner);

/// Writes down in the plan what was chosen: its planner, "patch 4x4@8", and which patch each step is of.
void describe_patches(ExecutionPlan& plan, const PatchChoice& choice);

} // namespace plan
