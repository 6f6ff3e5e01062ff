// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/network_profile.h"

#include "base/check.h"
#include "base/hash.h"
#include "profiler/record/profile_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace record {

Recorder::Window window_of(const firmware::Firmware& firmware, const sim::ElfImage& image)
{
    Recorder::Window window;
    const sim::FunctionSymbol* invoke = image.find_function("model_invoke");
    CHECK(invoke != nullptr);
    window.function = invoke->address;
    for (const firmware::LayerSymbol& layer : firmware.layers)
        window.layer_functions.push_back(layer.address);
    return window;
}

namespace {

/// Bytes of the arena in use while a step runs.
std::uint64_t live_bytes(const plan::ExecutionPlan& plan, int step, plan::BufferKind kind)
{
    std::uint64_t bytes = 0;
    for (const plan::ArenaBuffer& buffer : plan.buffers)
        if (buffer.kind == kind && buffer.first <= step && step <= buffer.last)
            bytes += buffer.bytes;
    return bytes;
}

} // namespace

void describe_network(traces::Profile& profile, const Recording& recording, const graph::ModelGraph& graph, const plan::ExecutionPlan& plan,
    const firmware::Firmware& firmware, const mcu::ChipModel& chip)
{
    profile.run.kernels = name_of(plan.kernels);
    profile.run.planner = "greedy";
    profile.total.macs = static_cast<std::uint64_t>(graph::macs_of(graph));

    traces::MemoryUse& memory = profile.memory;
    memory.sram_static = firmware.sizes.static_data;
    memory.sram_arena = plan.arena_bytes;
    memory.sram_activations = plan.activation_peak;
    memory.sram_scratch = plan.arena_bytes - std::min(plan.arena_bytes, plan.activation_peak);
    memory.flash_code = firmware.sizes.code;
    memory.flash_weights = firmware.sizes.weights;
    memory.flash_constants = firmware.sizes.constants;

    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const plan::Step& step = plan.steps[i];
        const graph::Operator& op = graph.operators[static_cast<std::size_t>(step.index)];
        const LayerCost& cost = recording.layers[i];
        traces::Layer layer;
        layer.index = static_cast<int>(i);
        layer.name = step.function;
        layer.title = graph::title_of(graph, op);
        layer.operator_name = std::string(graph::info_of(op.code).tflite_name);
        layer.kernel = step.kernel ? step.kernel->name : "";
        layer.macs = static_cast<std::uint64_t>(graph::macs_of(graph, op));
        set_costs(layer, cost.reading, chip);
        layer.sram_live = live_bytes(plan, static_cast<int>(i), plan::BufferKind::activation);
        layer.scratch = live_bytes(plan, static_cast<int>(i), plan::BufferKind::scratch);
        layer.stack = cost.stack;
        layer.weight_bytes = plan::weight_bytes(step, plan, graph);
        layer.start_cycle = cost.start_cycle;
        profile.layers.push_back(std::move(layer));
    }
    traces::Layer outside;
    outside.name = "(outside layers)";
    set_costs(outside, recording.outside_layers, chip);
    profile.layers.push_back(std::move(outside));

    for (const plan::ArenaBuffer& buffer : plan.buffers)
        profile.arena.push_back({buffer.name, std::string(name_of(buffer.kind)), buffer.offset, buffer.bytes, buffer.first, buffer.last});
}

std::vector<traces::Output> read_outputs(const sim::Machine& machine, const firmware::Firmware& firmware)
{
    std::vector<traces::Output> outputs;
    for (const firmware::TensorAddress& tensor : firmware.outputs) {
        traces::Output output {.name = tensor.name, .type = std::string(graph::name_of(tensor.type)), .shape = tensor.shape,
            .bytes = machine.read_memory(tensor.address, tensor.bytes)};
        output.crc32 = base::crc32(output.bytes);
        outputs.push_back(std::move(output));
    }
    return outputs;
}

} // namespace record
