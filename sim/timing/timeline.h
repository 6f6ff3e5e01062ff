// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/core_model.h"
#include "sim/timing/core_timing.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sim {

/// One executed instruction on its way through the pipeline.
struct TimelineRow {
    std::string text;
    std::uint32_t begins_at = 0; // cycle, from the timeline's start
    std::vector<Charge> charges; // empty: it shares the cycle of the one before

    std::uint32_t cycles() const;
    bool operator==(const TimelineRow&) const = default;
};

/// What a cycle was spent on: I issue, h data hazard, ... in the order of `causes`.
char letter_of(Cause cause);

/// Instructions below each other, cycles from left to right; then what each costs, and the sum:
///
///     cycle            0123
///     ldr r1, [r0]     Il    issue 1, load_wait 1
///     adds r2, r1, #1    hI  data_hazard 1, issue 1
///     total 4 = issue 2 + data_hazard 1 + load_wait 1
///
/// '=': shares the cycle of the instruction before. Longer ones than `width` cycles go on below a head of their own.
std::string timeline_text(std::span<const TimelineRow> rows, std::uint32_t width = ~0u);

/// A block timed turn after turn, each left by the branch back to its start.
struct TurnTimeline {
    std::vector<std::vector<TimelineRow>> turns; // cycles from the start of the turn
    bool steady = false; // the last turn costs what all further ones do
};

/// Times `code`, one basic block, until a turn leaves the pipeline as it found it, `at_most` turns.
///
/// Left out: memory that waits (all operands lie in one memory that never does), wrongly guessed branches, operands
/// that IT would skip (all are executed).
TurnTimeline time_turns(const mcu::CoreModel& core, std::span<const std::uint8_t> code, std::uint32_t address, unsigned at_most);

} // namespace sim
