// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/timing/core_timing.h"
#include "sim/timing/state_numbers.h"
#include "sim/timing/timing_table.h"

#include <array>

namespace sim {

/// Timing of the Cortex-M7: in order, up to two instructions a cycle. Provisional.
///
/// Modeled: pairing by class and dependence (dependent simple ALU operations pair, two loads, two stores, two multiplies,
/// two shifted operands do not; bit and SIMD operations lead a pair); result latencies with late reading; loads of bytes
/// and loads for addresses; multiple loads two words a cycle; branches predicted as a loop's: backward taken, a loop's
/// exit mispredicted, forward as it goes.
///
/// Not modeled: fetch bandwidth, load pairs on different banks, the store buffer, flag latency, history of the branch
/// predictor.
class DualIssueTiming : public CoreTiming {
public:
    explicit DualIssueTiming(const mcu::CoreModel& core);

    BlockTiming time(const Block& block, PipelineState entry, std::span<const OperandClass> operands, Left left) override;
    std::uint32_t unaligned_penalty(Access::Kind kind, unsigned bytes, std::uint32_t address) const override;

private:
    struct State {
        bool open = false; // the last instruction issued alone and may still get a partner
        TimingClass open_class = TimingClass::unknown;
        RegisterSet open_writes = 0;
        RegisterSet from_load = 0; // pending registers that come from a load
        std::array<std::uint8_t, 48> remaining {}; // cycles until a register can be read by a plain consumer
        auto operator<=>(const State&) const = default;
    };
    struct Rules {
        std::uint32_t taken_branch = 0, mispredicted_branch = 0, taken_link = 0, taken_indirect = 0, late_read = 0;
        std::uint32_t load_to_address = 0, narrow_load = 0, unaligned_load = 0, unaligned_store = 0;
    };
    class Walk;

    TimingTable table_;
    Rules rules_;
    StateNumbers<State> states_;
};

} // namespace sim
