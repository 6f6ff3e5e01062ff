// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/core_model.h"
#include "profiler/plan/execution_plan.h"

namespace plan {

/// The steps of a plan: for each operator the first kernel of the manifest that takes its types,
/// whose set and core features are there and whose conditions hold, or of those the one that is
/// preferred. Scratch and places are not decided here; `scratch_bytes` has what each step asks for.
struct KernelChoice {
    std::vector<Step> steps;
    std::vector<std::uint64_t> scratch_bytes;
    std::vector<Table> tables;
};

/// InputError listing every operator that no kernel computes.
KernelChoice choose_kernels(const graph::ModelGraph& graph, const mcu::CoreModel& core,
    KernelSet kernels, const PreferredKernels& preferred = {},
    const KernelManifest& manifest = kernel_manifest());

/// RESHAPE and its kin: the output is the input's bytes.
bool only_renames(graph::OperatorCode code);

} // namespace plan
