// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/timing/core_timing.h"
#include "sim/timing/state_numbers.h"
#include "sim/timing/timing_table.h"

#include <array>

namespace sim {

/// Timing of the in-order cores that issue one instruction a cycle: Cortex-M0+, M3, M4 and, with rows for its result
/// latencies and the pairs it does issue, M33.
///
/// Modeled: issue cycles by class; chains of loads that pipeline, stores behind loads, loads behind stores; the address
/// interlock; result latencies (scoreboard, with late reading of addends and store data; a floating-point sum of products
/// is the next one's addend at once); branch refill, 32-bit branch targets and runs of 32-bit instructions that straddle
/// words; multi-cycle instructions; skipped loads and stores under IT. Where the core's file asks for it (M33): a 16-bit
/// branch, IT or NOP issues beside the 16-bit instruction before it; flags that come a cycle late.
///
/// Not modeled: branch speculation, folding of IT on M3 and M4, early termination of divides (the row's mean is charged),
/// contention between fetches and data on one bus, whether fetching got far enough ahead for a pair.
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
        bool leads = false; // the previous instruction may take the next one along
        bool set_flags = false; // the previous instruction did
        std::uint8_t flags_late = 0; // cycles until flags can be read
        std::uint8_t divider_busy = 0; // cycles until the FPU can divide again
        std::uint8_t fpu_closed = 0; // cycles until the FPU takes another instruction
        RegisterSet written = 0; // by the previous instruction
        RegisterSet sums = 0; // pending registers that a floating-point multiply-accumulate writes
        RegisterSet loaded = 0; // pending registers that a load writes
        std::array<std::uint8_t, 48> remaining {}; // cycles until a register can be read; 0: now
        auto operator<=>(const State&) const = default;
    };
    struct Rules {
        std::uint32_t load_chained = 0, store_after_load = 0, store_register_after_load = 0, load_after_store = 0;
        std::uint32_t address_interlock = 0, taken_branch = 0, taken_link = 0, taken_indirect = 0, load_pc = 0, load_multiple_pc = 0;
        std::uint32_t straddling_target = 0, straddling_run = 0, straddling_run_length = 0, late_read = 0;
        std::uint32_t per_word = 0;
        std::uint32_t pairs = 0, taken_pair_behind_flags = 0, late_flags = 0, two_stage_flags = 0, fp_after_sum = 0;
        std::uint32_t unaligned_half = 0, unaligned_word_on_half = 0, unaligned_word_on_byte = 0;
    };
    class Walk;

    TimingTable table_;
    Rules rules_;
    StateNumbers<State> states_;
};

} // namespace sim
