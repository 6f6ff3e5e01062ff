// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/core_model.h"
#include "mcu_models/graph/model_graph.h"
#include "profiler/plan/arena.h"
#include "profiler/plan/kernel_manifest.h"
#include "profiler/plan/parameter.h"
#include "profiler/plan/planner.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plan {

/// What a kernel that could compute a step costs, measured in the network.
struct MeasuredKernel {
    std::string name;
    std::uint64_t cycles = 0;
};

/// By operator: the name of the kernel to take if it fits, or nothing; and, for the record, what was
/// measured to prefer it. May be shorter than the network.
struct PreferredKernel {
    std::string name;
    std::vector<MeasuredKernel> measured;
};
using PreferredKernels = std::vector<PreferredKernel>;

/// What one operator becomes: a function that calls one kernel.
struct Step {
    int index = 0; // of the operator
    graph::OperatorCode code {};
    std::string function;               // "layer_007_conv_2d"
    std::optional<KernelRow> kernel;    // none: nothing to compute, the output is the input's bytes
    Parameters parameters;              // empty without a kernel
    std::optional<std::size_t> scratch; // which of ExecutionPlan::buffers
    std::string patch {}; // "1,2": row and column of the patch it is of; empty: none
    std::vector<std::string> alternatives {}; // kernels that fit, templates and the first other one
    std::vector<MeasuredKernel> measured {};
    std::optional<graph::TensorIndex> overwrites {}; // the input whose bytes the output takes over
    bool preferred_in_place = false; // another kernel stands before this one, which cannot do that
};

/// Where a tensor's bytes are: in a buffer of the arena, in the weights of a constant tensor, or
/// nowhere because no step uses them.
struct TensorPlace {
    std::optional<std::size_t> buffer;
    std::optional<graph::TensorIndex> constant;
};

/// How a network runs on a chip: a kernel for each operator, in order, and a place for each tensor.
///
/// RESHAPE, SQUEEZE and EXPAND_DIMS do not move bytes, so their output has the place of their input
/// and the step has no kernel (the layer remains, as an empty function). That is always right: a
/// tensor is written once, by its own operator, and such an operator writes none.
///
/// Network inputs live from step 0 on, network outputs to the last step. Not done: reordering
/// operators.
struct ExecutionPlan {
    KernelSet kernels = KernelSet::reference;
    std::string planner;             // what was used: "greedy"
    std::vector<Step> steps;         // one an operator
    std::vector<TensorPlace> places; // one a tensor
    std::vector<ArenaBuffer> buffers;
    std::vector<Table> tables;
    std::uint64_t arena_bytes = 0;
    PlacementSearch placement;         // how near to the best arena that is
    int peak_step = 0;                 // the step that holds most
    std::int64_t macs_without_patches = 0; // 0: there are none
    std::uint64_t activation_peak = 0; // most bytes of activations alive in one step
    std::uint64_t scratch_peak = 0;    // largest scratch of a step
};

/// Chooses kernels and places all buffers. InputError that lists *all* operators that no kernel
/// computes, by index and name.
ExecutionPlan make_plan(const graph::ModelGraph& graph, const mcu::CoreModel& core,
    KernelSet kernels, const PreferredKernels& preferred = {}, const PlannerOptions& planner = {});

/// The arena with all in place that can be, by first fit: quick, to compare networks.
std::uint64_t arena_in_place(const graph::ModelGraph& graph, const mcu::CoreModel& core, KernelSet kernels);

/// Bytes of constant tensors and tables that the steps point to, each once: what the network takes
/// in flash beside code. Weights that a kernel wants in another order are weights, too.
std::uint64_t weight_bytes(const ExecutionPlan& plan, const graph::ModelGraph& graph);
std::uint64_t table_bytes(const ExecutionPlan& plan);
/// Of the constant tensors that this step reads.
std::uint64_t weight_bytes(
    const Step& step, const ExecutionPlan& plan, const graph::ModelGraph& graph);

/// The constant tensors that steps point to, each content once, in the order of first use. Tensors
/// of equal bytes are represented by the first of them: `representative` maps each tensor to it
/// (no_tensor if it is not used).
struct UsedConstants {
    std::vector<graph::TensorIndex> tensors;
    std::vector<graph::TensorIndex> representative;
};
UsedConstants used_constants(const ExecutionPlan& plan, const graph::ModelGraph& graph);

/// Bytes of one element of a table, and of all.
std::uint64_t element_bytes(const Table& table);
std::uint64_t table_bytes(const Table& table);

/// The plan as stable text (`--dump plan`).
std::string dump(const ExecutionPlan& plan, const graph::ModelGraph& graph);

} // namespace plan
