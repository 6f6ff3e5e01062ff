// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/execution_plan.h"

#include "base/check.h"
#include "base/hash.h"
#include "profiler/plan/kernel_choice.h"

#include <algorithm>
#include <functional>
#include <map>

namespace plan {
namespace {

/// For each tensor the one whose bytes it shows: itself unless RESHAPE and the like made it.
std::vector<graph::TensorIndex> storage_of(const graph::ModelGraph& graph)
{
    std::vector<graph::TensorIndex> storage(graph.tensors.size());
    for (std::size_t i = 0; i < storage.size(); ++i)
        storage[i] = static_cast<graph::TensorIndex>(i);
    for (const graph::Operator& op : graph.operators)
        if (only_renames(op.code))
            storage[static_cast<std::size_t>(op.outputs.at(0))]
                = storage[static_cast<std::size_t>(op.inputs.at(0))];
    return storage;
}

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

    void run(const std::vector<std::uint64_t>& scratch_bytes)
    {
        add_activations();
        add_scratch(scratch_bytes);
        plan_.arena_bytes = place_buffers(plan_.buffers);
        plan_.activation_peak = peak_bytes(plan_.buffers, BufferKind::activation);
        plan_.scratch_peak = peak_bytes(plan_.buffers, BufferKind::scratch);
        fill_places();
    }

private:
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

ExecutionPlan make_plan(const graph::ModelGraph& graph, const mcu::CoreModel& core,
    KernelSet kernels, const PreferredKernels& preferred)
{
    KernelChoice choice = choose_kernels(graph, core, kernels, preferred);
    ExecutionPlan plan;
    plan.kernels = kernels;
    plan.steps = std::move(choice.steps);
    plan.tables = std::move(choice.tables);
    Placement(graph, plan).run(choice.scratch_bytes);
    return plan;
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
