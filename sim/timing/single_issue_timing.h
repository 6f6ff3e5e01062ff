// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/timing/core_timing.h"
#include "sim/timing/state_numbers.h"
#include "sim/timing/timing_table.h"

#include <array>

namespace sim {

/// Timing of the in-order cores that issue one instruction a cycle: Cortex-M0+, M3, M4 and, with rows for its result
/// latencies, M33.
///
/// Modeled: issue cycles by class; chains of loads that pipeline, stores behind loads, loads behind stores; the address
/// interlock; result latencies (scoreboard, with late reading of addends and store data; a floating-point sum of products
/// is the next one's addend at once); branch refill, 32-bit branch targets and runs of 32-bit instructions that straddle
/// words; multi-cycle instructions; skipped loads and stores under IT.
///
/// Not modeled: branch speculation, folding of IT, early termination of divides (the row's mean is charged; also
/// for divides and long multiplies that were skipped under IT), pairing of 16-bit instructions on M33, contention between
/// fetches and data on one bus.
class SingleIssueTiming : public CoreTiming {
public:
    explicit SingleIssueTiming(const mcu::CoreModel& core);

    BlockTiming time(const Block& block, PipelineState entry, std::span<const OperandClass> operands, Left left) override;
    std::uint32_t unaligned_penalty(Access::Kind kind, unsigned bytes, std::uint32_t address) const override;

private:
    enum class Previous : std::uint8_t { other, alu, load, store };

    /// What the instructions before left behind.
    struct State {
        Previous previous = Previous::other;
        std::uint8_t group = 0; // of the previous load
        std::uint8_t straddling = 0; // 32-bit instructions in a row that straddle words
        bool branched = false; // the previous instruction was a taken branch
        std::uint8_t fpu_busy = 0; // cycles
        RegisterSet written = 0; // by the previous instruction
        RegisterSet sums = 0; // pending registers that a floating-point multiply-accumulate writes
        std::array<std::uint8_t, 48> remaining {}; // cycles until a register can be read; 0: now
        auto operator<=>(const State&) const = default;
    };
    struct Rules {
        std::uint32_t load_chained = 0, store_after_load = 0, store_register_after_load = 0, load_after_store = 0;
        std::uint32_t address_interlock = 0, taken_branch = 0, taken_link = 0, taken_indirect = 0, load_pc = 0, load_multiple_pc = 0;
        std::uint32_t straddling_target = 0, straddling_run = 0, straddling_run_length = 0, late_read = 0;
        std::uint32_t per_word = 0;
        std::uint32_t unaligned_half = 0, unaligned_word_on_half = 0, unaligned_word_on_byte = 0;
    };
    class Walk;

    TimingTable table_;
    Rules rules_;
    StateNumbers<State> states_;
};

} // namespace sim
