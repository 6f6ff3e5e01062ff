// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/timing/core_timing.h"
#include "sim/timing/issue_slots.h"
#include "sim/timing/state_numbers.h"
#include "sim/timing/timing_table.h"

#include <array>

namespace sim {

/// Timing of the Cortex-M7: in order, up to two instructions a cycle.
///
///     cycle of issue    early ALU, AGU, shifter    late ALU    accumulator    store data
///          0                  E = 0                  E - 1        E - 2          E - 3
///
/// A result is known by E, the cycle in which an operand of the first stage may use it, counted from the cycle in which the
/// instruction before issued; later stages take it so many cycles sooner. E is 1 from the early ALU (additions and moves in the
/// older slot, shifts in either, if their own operands came early enough; write-back of addresses), 2 from the late ALU and for words loaded, 3
/// for products and for bytes and halfwords loaded. Floating-point registers count in cycles to an arithmetic instruction.
///
/// Modeled: pairing by kind (issue_slots.h) and by the stages above; two loads beside each other on different banks; fetch
/// of 64 aligned bits a cycle into a queue of four, which branches empty; predicted branches, with what a wrong guess costs left
/// to whoever keeps a BranchPredictor; multiple loads and stores of two words a cycle; a buffer for stores of bytes and
/// halfwords; the FPU's latencies and what it refuses behind a sum of products.
///
/// Not modeled: banks of two loads with different bases (taken to collide), loads behind stores to the same word, alignment
/// of multiple stores, data-dependent divides and doubles, VMLA's longer latency (VFMA's is used), VMUL behind VFMA without a wait.
class DualIssueTiming : public CoreTiming {
public:
    explicit DualIssueTiming(const mcu::CoreModel& core);

    BlockTiming time(const Block& block, PipelineState entry, std::span<const OperandClass> operands, Left left) override;
    std::uint32_t unaligned_penalty(Access::Kind kind, unsigned bytes, std::uint32_t address) const override;

private:
    struct State {
        bool open = false; // the last instruction may still get a partner
        bool branched = true; // the fetch queue begins at the next instruction
        bool set_flags = false; // in the last cycle
        IssueSlot older; // of the open one
        std::int8_t queue = 0;  // bytes fetched and not yet issued
        std::uint8_t flags_age = 0; // cycles since flags were set, up to the rule's distance
        std::uint8_t fpu_closed = 0; // cycles until the FPU takes everything again
        std::uint8_t stores = 0; // cycles that the store buffer needs to write bytes and halfwords
        RegisterSet loaded = 0, summed = 0; // pending registers that come from a load, from a sum of products
        std::array<std::uint8_t, 48> ready {}; // E of the drawing above; 0: long since
        auto operator<=>(const State&) const = default;
    };
    struct Rules {
        std::uint32_t taken_branch = 0, taken_link = 0, taken_indirect = 0;
        std::uint32_t mispredicted_branch = 0, mispredicted_early_flags = 0, early_flags_distance = 0;
        std::uint32_t load_to_address = 0, narrow_load = 0, fp_load_to_addend = 0, fp_sum_to_addend = 0, fp_store_late_read = 0, fp_after_sum = 0;
        std::uint32_t fetch_bytes = 0, fetch_queue = 0, narrow_store = 0, store_buffer = 0;
        std::uint32_t unaligned_load = 0, unaligned_store = 0;
    };
    class Walk;

    TimingTable table_;
    Rules rules_;
    StateNumbers<State> states_;
};

} // namespace sim
