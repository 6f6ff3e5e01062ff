// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/elf_profile.h"

#include "profiler/record/profile_rows.h"

#include <fmt/format.h>

#include <map>

namespace record {
namespace {

/// Which call of its function, if there is more than one: "Eval #3", "Eval #10001-12000".
std::string title_of(const std::string& name, const LayerCost& cost, std::uint64_t calls_of_function)
{
    if (calls_of_function <= 1)
        return name;
    if (cost.calls == 1)
        return fmt::format("{} #{}", name, cost.first_call);
    return fmt::format("{} #{}-{}", name, cost.first_call, cost.first_call + cost.calls - 1);
}

} // namespace

void describe_elf(traces::Profile& profile, const Recording& recording, const sim::ElfImage& image, const mcu::ChipModel& chip)
{
    std::map<std::uint32_t, std::uint64_t> calls;
    for (const LayerCost& cost : recording.layers)
        calls[cost.function] += cost.calls;
    for (const LayerCost& cost : recording.layers) {
        const sim::FunctionSymbol* function = image.function_at(cost.function);
        traces::Layer layer;
        layer.index = static_cast<int>(profile.layers.size());
        layer.name = function ? function->name : fmt::format("{:#010x}", cost.function);
        layer.title = title_of(layer.name, cost, calls[cost.function]);
        set_costs(layer, cost.reading, chip);
        layer.stack = cost.stack;
        layer.start_cycle = cost.start_cycle;
        profile.layers.push_back(std::move(layer));
    }
    traces::Layer outside;
    outside.name = "(outside layers)";
    set_costs(outside, recording.outside_layers, chip);
    profile.layers.push_back(std::move(outside));
}

} // namespace record
