// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/core_model.h"
#include "sim/decode/timing_class.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace sim {

/// The rows of a core's file by timing class.
struct TimingTable {
    struct Row {
        std::uint32_t issue = 1, latency = 1;
        bool known = false;
    };
    std::array<Row, timing_class_count> rows;

    const Row& operator[](TimingClass timing_class) const { return rows[static_cast<std::size_t>(timing_class)]; }
};

/// InputError if the file names a class that does not exist.
TimingTable timing_table(const mcu::CoreModel& core);

/// A rule that a pipeline reads: where the number goes.
struct RuleSlot {
    std::string_view name;
    std::uint32_t* value;
};
/// Fills every slot. InputError if the file lacks a rule, or has one that no slot asks for.
void read_rules(const mcu::CoreModel& core, std::span<const RuleSlot> slots);

} // namespace sim
