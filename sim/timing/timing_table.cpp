// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/timing/timing_table.h"

#include "base/input_error.h"

#include <algorithm>
#include <cmath>

namespace sim {

TimingTable timing_table(const mcu::CoreModel& core)
{
    TimingTable table;
    for (const auto& [name, row] : core.rows) {
        auto found = std::ranges::find(timing_classes, std::string_view(name), &TimingClassInfo::name);
        if (found == timing_classes.end())
            throw base::InputError("core " + core.name, "there is no instruction class '" + name + "'");
        table.rows[static_cast<std::size_t>(found->timing_class)] = {row.issue, row.latency, true};
    }
    return table;
}

void read_rules(const mcu::CoreModel& core, std::span<const RuleSlot> slots)
{
    for (const auto& [name, figure] : core.rules)
        if (std::ranges::find(slots, std::string_view(name), &RuleSlot::name) == slots.end())
            throw base::InputError("core " + core.name, "the " + core.pipeline + " pipeline has no rule '" + name + "'");
    for (const RuleSlot& slot : slots) {
        auto found = core.rules.find(slot.name);
        if (found == core.rules.end())
            throw base::InputError("core " + core.name, "the " + core.pipeline + " pipeline needs a rule '" + std::string(slot.name) + "'");
        *slot.value = static_cast<std::uint32_t>(std::lround(found->second.value));
    }
}

} // namespace sim
