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

void tell_planning(traces::Profile& profile, const plan::ExecutionPlan& plan)
{
    if (plan.macs_without_patches > 0) {
        const auto without = static_cast<std::uint64_t>(plan.macs_without_patches);
        profile.warnings.push_back({"patch_overhead",
            fmt::format("patches compute what their neighbors share twice: {} MACs more than the network without them (+{:.1f} %)",
                profile.total.macs - without, 100.0 * static_cast<double>(profile.total.macs - without) / static_cast<double>(without)),
            profile.total.macs - without});
    }
    if (plan.placement.nodes > 0 && plan.placement.gap() > 0) // searched, and given up
        profile.warnings.push_back({"arena_gap", fmt::format("the arena may be larger than it must be: {}", text_of(plan.placement)),
            plan.placement.bytes - plan.placement.bound});
}

} // namespace

void describe_network(traces::Profile& profile, const Recording& recording, const graph::ModelGraph& graph, const plan::ExecutionPlan& plan,
    const firmware::Firmware& firmware, const mcu::ChipModel& chip)
{
    profile.run.kernels = name_of(plan.kernels);
    profile.run.planner = plan.planner;
    profile.total.macs = static_cast<std::uint64_t>(graph::macs_of(graph));
    tell_planning(profile, plan);

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
        layer.title = graph::title_of(graph, op) + (step.patch.empty() ? "" : fmt::format(" (patch {})", step.patch));
        layer.operator_name = std::string(graph::info_of(op.code).tflite_name);
        layer.kernel = step.kernel ? step.kernel->name : "";
        layer.macs = static_cast<std::uint64_t>(graph::macs_of(graph, op));
        set_costs(layer, cost.reading, chip);
        layer.sram_live = plan::live_bytes(plan.buffers, static_cast<int>(i), plan::BufferKind::activation);
        layer.scratch = plan::live_bytes(plan.buffers, static_cast<int>(i), plan::BufferKind::scratch);
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
