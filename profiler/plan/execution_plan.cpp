// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/execution_plan.h"

#include "base/check.h"
#include "base/hash.h"
#include "profiler/plan/kernel_choice.h"
#include "profiler/plan/overwritable.h"

#include <algorithm>
#include <functional>
#include <map>

namespace plan {
namespace {

class Placement {
public:
    Placement(const graph::ModelGraph& graph, ExecutionPlan& plan)
        : graph_(graph)
        , plan_(plan)
        , storage_(storage_of(graph))
        , buffer_of_storage_(graph.tensors.size())
        , last_step_(std::max(0, static_cast<int>(plan.steps.size()) - 1))
    {
    }

    void run(const std::vector<std::uint64_t>& scratch_bytes, const PlannerOptions& planner)
    {
        add_activations();
        add_scratch(scratch_bytes);
        plan_.placement = place(planner);
        plan_.arena_bytes = plan_.placement.bytes;
        plan_.peak_step = lower_bound(plan_.buffers).step;
        plan_.activation_peak = peak_bytes(plan_.buffers, BufferKind::activation);
        plan_.scratch_peak = peak_bytes(plan_.buffers, BufferKind::scratch);
        fill_places();
    }

private:
    PlacementSearch place(const PlannerOptions& planner)
    {
        return place_optimally(plan_.buffers, planner.planner == Planner::greedy ? 0 : planner.node_limit);
    }

    void add_activations()
    {
        for (graph::TensorIndex tensor : graph_.inputs)
            use(tensor, 0);
        for (std::size_t i = 0; i < graph_.operators.size(); ++i) {
            const graph::Operator& op = graph_.operators[i];
            for (graph::TensorIndex tensor : op.inputs)
                if (tensor != graph::no_tensor)
                    use(tensor, static_cast<int>(i));
            for (graph::TensorIndex tensor : op.outputs)
                use(tensor, static_cast<int>(i));
            if (const auto& input = plan_.steps[i].overwrites)
                plan_.buffers[buffer_of(op.outputs.at(0))].over = buffer_of(*input);
        }
        for (graph::TensorIndex tensor : graph_.outputs)
            use(tensor, last_step_);
    }

    /// The tensor's bytes must be there at this step.
    void use(graph::TensorIndex tensor, int step)
    {
        const graph::TensorIndex storage = storage_[static_cast<std::size_t>(tensor)];
        const graph::Tensor& stored = graph_.tensor(storage);
        if (stored.constant())
            return;
        std::optional<std::size_t>& buffer = buffer_of_storage_[static_cast<std::size_t>(storage)];
        if (!buffer) {
            buffer = plan_.buffers.size();
            plan_.buffers.push_back({stored.name, BufferKind::activation, 0,
                static_cast<std::uint64_t>(stored.bytes()), step, step});
        }
        ArenaBuffer& lifetime = plan_.buffers[*buffer];
        lifetime.last = std::max(lifetime.last, step);
    }

    std::size_t buffer_of(graph::TensorIndex tensor) const
    {
        return buffer_of_storage_[static_cast<std::size_t>(storage_[static_cast<std::size_t>(tensor)])].value();
    }

    void add_scratch(const std::vector<std::uint64_t>& scratch_bytes)
    {
        for (Step& step : plan_.steps) {
            const std::uint64_t bytes = scratch_bytes[static_cast<std::size_t>(step.index)];
            if (bytes == 0)
                continue;
            step.scratch = plan_.buffers.size();
            plan_.buffers.push_back({"scratch of " + step.function, BufferKind::scratch, 0, bytes,
                step.index, step.index});
            auto pointer = std::ranges::find(step.parameters, "scratch", &Parameter::field);
            CHECK(pointer != step.parameters.end());
            pointer->value = ScratchPointer {};
        }
    }

    void fill_places()
    {
        plan_.places.resize(graph_.tensors.size());
        for (std::size_t i = 0; i < graph_.tensors.size(); ++i) {
            const graph::TensorIndex storage = storage_[i];
            if (graph_.tensor(storage).constant())
                plan_.places[i].constant = storage;
            else
                plan_.places[i].buffer = buffer_of_storage_[static_cast<std::size_t>(storage)];
        }
    }

    const graph::ModelGraph& graph_;
    ExecutionPlan& plan_;
    std::vector<graph::TensorIndex> storage_;
    std::vector<std::optional<std::size_t>> buffer_of_storage_;
    int last_step_;
};

void for_each_tensor(
    const Parameters& parameters, const std::function<void(graph::TensorIndex)>& visit)
{
    for (const Parameter& parameter : parameters) {
        if (const auto* pointer = std::get_if<TensorPointer>(&parameter.value))
            visit(pointer->tensor);
        if (const auto* array = std::get_if<RecordArray>(&parameter.value))
            for (const Record& record : array->records)
                for_each_tensor(record.fields, visit);
    }
}

} // namespace

namespace {

ExecutionPlan plan_with(const graph::ModelGraph& graph, const mcu::CoreModel& core, KernelSet kernels,
    const PreferredKernels& preferred, const PlannerOptions& planner, const InPlace& in_place)
{
    KernelChoice choice = choose_kernels(graph, core, kernels, preferred, in_place);
    ExecutionPlan plan;
    plan.kernels = kernels;
    plan.planner = name_of(planner.planner == Planner::patch ? Planner::inplace : planner.planner); // until there are patches
    plan.steps = std::move(choice.steps);
    plan.tables = std::move(choice.tables);
    Placement(graph, plan).run(choice.scratch_bytes, planner);
    return plan;
}

/// Of these steps those that hold more than an arena of so many bytes; if none does, those that hold most.
std::vector<std::size_t> too_full(const ExecutionPlan& plan, const std::vector<std::size_t>& steps, std::uint64_t arena_bytes)
{
    std::vector<std::uint64_t> held;
    for (std::size_t step : steps)
        held.push_back(live_bytes(plan.buffers, static_cast<int>(step), BufferKind::activation)
            + live_bytes(plan.buffers, static_cast<int>(step), BufferKind::scratch));
    const std::uint64_t limit = std::min(arena_bytes + 1, *std::ranges::max_element(held));
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (held[i] >= limit)
            result.push_back(steps[i]);
    return result;
}

/// The smallest arena has everything in place that can be. Kernels that are there only for that
/// are slower than others: they stay only where those would take a larger arena (by first fit: a
/// search for each of them would take too long).
ExecutionPlan plan_in_place(const graph::ModelGraph& graph, const mcu::CoreModel& core, KernelSet kernels,
    const PreferredKernels& preferred, const PlannerOptions& planner)
{
    InPlace in_place {true, std::vector<bool>(graph.operators.size(), true)};
    ExecutionPlan smallest = plan_with(graph, core, kernels, preferred, planner, in_place);
    std::vector<std::size_t> in_question;
    for (const Step& step : smallest.steps)
        if (step.preferred_in_place)
            in_question.push_back(static_cast<std::size_t>(step.index));
    in_place.preferred.assign(graph.operators.size(), false);
    PlannerOptions quick = planner;
    quick.node_limit = 0;
    while (!in_question.empty()) {
        ExecutionPlan faster = plan_with(graph, core, kernels, preferred, quick, in_place);
        if (faster.arena_bytes <= smallest.arena_bytes) {
            if (faster.arena_bytes == smallest.arena_bytes && faster.placement.bytes > faster.placement.bound)
                faster.placement.nodes = smallest.placement.nodes; // that is how far the search came
            return faster;
        }
        for (std::size_t step : too_full(faster, in_question, smallest.arena_bytes)) {
            in_place.preferred[step] = true;
            std::erase(in_question, step);
        }
    }
    return smallest;
}

} // namespace

ExecutionPlan make_plan(const graph::ModelGraph& graph, const mcu::CoreModel& core,
    KernelSet kernels, const PreferredKernels& preferred, const PlannerOptions& planner)
{
    if (planner.planner == Planner::inplace || planner.planner == Planner::patch)
        return plan_in_place(graph, core, kernels, preferred, planner);
    return plan_with(graph, core, kernels, preferred, planner, {});
}

std::uint64_t arena_in_place(const graph::ModelGraph& graph, const mcu::CoreModel& core, KernelSet kernels)
{
    const InPlace everywhere {true, std::vector<bool>(graph.operators.size(), true)};
    return plan_with(graph, core, kernels, {}, {.planner = Planner::greedy}, everywhere).arena_bytes;
}

UsedConstants used_constants(const ExecutionPlan& plan, const graph::ModelGraph& graph)
{
    UsedConstants used;
    used.representative.assign(graph.tensors.size(), graph::no_tensor);
    std::map<std::string, graph::TensorIndex> by_content;
    auto visit = [&](graph::TensorIndex tensor) {
        const auto& constant = plan.places.at(static_cast<std::size_t>(tensor)).constant;
        if (!constant
            || used.representative[static_cast<std::size_t>(*constant)] != graph::no_tensor)
            return;
        auto [known, is_new]
            = by_content.try_emplace(base::sha256_hex(*graph.tensor(*constant).data), *constant);
        if (is_new)
            used.tensors.push_back(*constant);
        used.representative[static_cast<std::size_t>(*constant)] = known->second;
    };
    for (const Step& step : plan.steps)
        for_each_tensor(step.parameters, visit);
    for (graph::TensorIndex output : graph.outputs)
        visit(output);
    return used;
}

std::uint64_t weight_bytes(const ExecutionPlan& plan, const graph::ModelGraph& graph)
{
    auto aligned = [](std::uint64_t bytes) {
        return (bytes + arena_alignment - 1) / arena_alignment * arena_alignment;
    };
    std::uint64_t sum = 0;
    for (graph::TensorIndex tensor : used_constants(plan, graph).tensors)
        sum += aligned(graph.tensor(tensor).data->size());
    for (const Table& table : plan.tables)
        if (table.weights)
            sum += aligned(table_bytes(table));
    return sum;
}

std::uint64_t weight_bytes(
    const Step& step, const ExecutionPlan& plan, const graph::ModelGraph& graph)
{
    std::uint64_t sum = 0;
    for_each_tensor(step.parameters, [&](graph::TensorIndex tensor) {
        if (const auto& constant = plan.places.at(static_cast<std::size_t>(tensor)).constant)
            sum += graph.tensor(*constant).data->size();
    });
    for (const Parameter& parameter : step.parameters)
        if (const auto* pointer = std::get_if<TablePointer>(&parameter.value))
            if (const Table& table = plan.tables.at(pointer->table); table.weights)
                sum += table_bytes(table);
    return sum;
}

std::uint64_t element_bytes(const Table& table)
{
    if (table.type == "int8_t" || table.type == "uint8_t")
        return 1;
    if (table.type == "int16_t" || table.type == "uint16_t")
        return 2;
    CHECK(table.type == "int32_t");
    return 4;
}

std::uint64_t table_bytes(const Table& table) { return table.values.size() * element_bytes(table); }

std::uint64_t table_bytes(const ExecutionPlan& plan)
{
    std::uint64_t sum = 0;
    for (const Table& table : plan.tables)
        if (!table.weights)
            sum += table_bytes(table);
    return sum;
}

} // namespace plan
