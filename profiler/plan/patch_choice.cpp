// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/patch_choice.h"

#include "base/check.h"
#include "profiler/plan/overwritable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace plan {
namespace {

constexpr std::int64_t most_macs = 2; // times those of the network: slower ones are not looked at

PatchChoice unpatched(const graph::ModelGraph& graph)
{
    PatchChoice choice {.network = {.graph = graph, .patch = {}}, .grid = {}, .macs = graph::macs_of(graph)};
    choice.network.patch.resize(graph.operators.size());
    return choice;
}

bool may_compute_in_place(graph::OperatorCode code)
{
    using enum graph::OperatorCode;
    constexpr std::array codes {depthwise_conv_2d, add, sub, mul, relu, relu6, logistic, hard_swish, quantize};
    return std::ranges::find(codes, code) != codes.end();
}

/// What tensors take at least, with all in place that kernels could: whatever kernels there are, so
/// that many networks can be compared.
std::uint64_t least_activations(const graph::ModelGraph& graph)
{
    const std::vector<graph::TensorIndex> storage = storage_of(graph);
    const auto overwritable = overwritable_inputs(graph);
    std::vector<ArenaBuffer> buffers;
    std::map<graph::TensorIndex, std::size_t> buffer_of; // by storage
    const auto use = [&](graph::TensorIndex tensor, int step) {
        const graph::TensorIndex stored = storage.at(static_cast<std::size_t>(tensor));
        if (graph.tensor(stored).constant())
            return;
        auto [known, is_new] = buffer_of.try_emplace(stored, buffers.size());
        if (is_new)
            buffers.push_back({"", BufferKind::activation, 0, static_cast<std::uint64_t>(graph.tensor(stored).bytes()), step, step});
        buffers[known->second].last = step;
    };
    for (graph::TensorIndex tensor : graph.inputs)
        use(tensor, 0);
    for (std::size_t i = 0; i < graph.operators.size(); ++i) {
        const graph::Operator& op = graph.operators[i];
        for (graph::TensorIndex tensor : op.inputs)
            if (tensor != graph::no_tensor)
                use(tensor, static_cast<int>(i));
        for (graph::TensorIndex tensor : op.outputs)
            use(tensor, static_cast<int>(i));
        if (!may_compute_in_place(op.code))
            continue;
        for (graph::TensorIndex tensor : overwritable[i])
            if (graph.tensor(op.outputs[0]).bytes() <= graph.tensor(tensor).bytes())
                buffers[buffer_of.at(storage[static_cast<std::size_t>(op.outputs[0])])].over
                    = buffer_of.at(storage[static_cast<std::size_t>(tensor)]);
    }
    return lower_bound(buffers).bytes;
}

} // namespace

PatchChoice choose_patches(const graph::ModelGraph& graph, const mcu::CoreModel& core, KernelSet kernels, const PlannerOptions& planner)
{
    PatchChoice best = unpatched(graph);
    if (planner.planner != Planner::patch)
        return best;
    if (planner.patch) {
        best.network = split_into_patches(graph, *planner.patch);
        best.grid = planner.patch;
        return best;
    }
    std::tuple<std::uint64_t, std::int64_t> least {least_activations(graph), best.macs};
    for (const PatchGrid& grid : possible_grids(graph)) {
        PatchedGraph patched = split_into_patches(graph, grid);
        const std::int64_t macs = graph::macs_of(patched.graph);
        const std::tuple cost {least_activations(patched.graph), macs};
        if (macs > most_macs * best.macs || cost >= least)
            continue;
        least = cost;
        best.network = std::move(patched);
        best.grid = grid;
    }
    // With scratch and all.
    if (best.grid && arena_in_place(best.network.graph, core, kernels) >= arena_in_place(graph, core, kernels))
        return unpatched(graph);
    return best;
}

void describe_patches(ExecutionPlan& plan, const PatchChoice& choice)
{
    CHECK(plan.steps.size() == choice.network.patch.size());
    if (!choice.grid)
        return;
    plan.planner = "patch " + text_of(*choice.grid);
    plan.macs_without_patches = choice.macs;
    for (Step& step : plan.steps) {
        step.patch = choice.network.patch[static_cast<std::size_t>(step.index)];
        if (step.patch.empty())
            continue;
        std::string suffix = "_patch_" + step.patch;
        std::ranges::replace(suffix, ',', '_');
        step.function += suffix;
    }
}

} // namespace plan
