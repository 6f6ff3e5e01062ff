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
///
/// In place: a step whose kernel may write over an input that nobody needs afterwards does so. At the
/// operators of `in_place` a kernel that can is even preferred to one that cannot and stands before
/// it (`Step::preferred_in_place`), unless its scratch takes what that saves.
struct InPlace {
    bool wanted = false;
    std::vector<bool> preferred {}; // by operator
};
KernelChoice choose_kernels(const graph::ModelGraph& graph, const mcu::CoreModel& core,
    KernelSet kernels, const PreferredKernels& preferred = {}, const InPlace& in_place = {},
    const KernelManifest& manifest = kernel_manifest());

/// RESHAPE and its kin: the output is the input's bytes.
bool only_renames(graph::OperatorCode code);

} // namespace plan
