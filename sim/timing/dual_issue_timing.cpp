// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/timing/dual_issue_timing.h"

#include "base/check.h"

#include <algorithm>
#include <bit>

namespace sim {
namespace {

using enum TimingClass;

bool is_load(TimingClass c) { return c == load || c == fp_load || c == fp_load_double || c == load_double; }
bool is_store(TimingClass c) { return c == store || c == store_register_offset || c == fp_store || c == fp_store_double || c == store_double; }
bool is_multiply(TimingClass c) { return c >= multiply && c <= simd_multiply; }
bool is_bit_like(TimingClass c) { return c == bit_operation || c == simd; }
bool is_floating(TimingClass c) { return c == fp_arithmetic || c == fp_multiply_accumulate || c == fp_divide; }

/// Instructions that never share a cycle.
bool is_single(TimingClass c)
{
    switch (c) {
    case divide: case load_double: case store_double: case load_multiple: case store_multiple: case load_exclusive: case store_exclusive:
    case table_branch: case status: case barrier: case breakpoint: case fp_divide: case fp_move_double: case fp_load_multiple:
    case fp_store_multiple: case unknown: return true;
    default: return false;
    }
}

/// May `second` issue beside `first`, as far as their kinds decide?
bool kinds_pair(TimingClass first, TimingClass second)
{
    if (is_single(first) || is_single(second) || is_bit_like(second))
        return false;
    if ((is_load(first) && is_load(second)) || (is_store(first) && is_store(second)))
        return false;
    if ((is_multiply(first) && is_multiply(second)) || (is_floating(first) && is_floating(second)))
        return false;
    if ((is_multiply(first) && is_store(second)) || (is_store(first) && is_multiply(second)))
        return false;
    bool first_shifts = first == alu_shifted, second_shifts = second == alu_shifted;
    return !(second_shifts && (first_shifts || is_bit_like(first)));
}

} // namespace

class DualIssueTiming::Walk {
public:
    Walk(const DualIssueTiming& core, const Block& block, State state, std::span<const OperandClass> operands, Left left)
        : core_(core)
        , rules_(core.rules_)
        , state_(state)
        , left_(left)
    {
        std::size_t operand = 0;
        for (std::size_t i = 0; i < block.instructions.size(); ++i) {
            const Instruction& in = block.instructions[i];
            timing_.issue_at.push_back(timing_.cycles);
            index_ = static_cast<std::uint16_t>(i);
            bool skipped = in.has_access() && operands[operand++].skipped;
            step(in, skipped, i + 1 == block.instructions.size());
        }
    }

    BlockTiming timing() { return std::move(timing_); }
    const State& state() const { return state_; }

private:
    void charge(Cause cause, std::uint32_t cycles)
    {
        if (cycles == 0)
            return;
        timing_.charges.push_back({index_, cause, cycles});
        timing_.cycles += cycles;
        spent_ += cycles;
    }

    void step(const Instruction& in, bool skipped, bool last)
    {
        spent_ = 0;
        const TimingTable::Row& row = core_.table_[in.timing_class];
        std::uint32_t wait = skipped ? 0 : wait_of(in);
        bool pairs = state_.open && wait == 0 && kinds_pair(state_.open_class, in.timing_class) && !depends_on_open(in);
        if (pairs) {
            state_.open = false;
        } else {
            charge(Cause::data_hazard, wait);
            issue_alone(in, row);
            state_.open = !is_single(in.timing_class);
            state_.open_class = in.timing_class;
            state_.open_writes = in.writes;
        }
        if (last)
            leave(in);
        remember(in, row, skipped);
    }

    void issue_alone(const Instruction& in, const TimingTable::Row& row)
    {
        if (!row.known) {
            charge(Cause::unmodeled, 1);
            return;
        }
        std::uint32_t cycles = row.issue + (in.words + 1u) / 2 * (row.issue == 0);
        charge(Cause::issue, std::min(cycles, 1u));
        if (cycles > 1)
            charge(Cause::multi_cycle, cycles - 1);
    }

    bool depends_on_open(const Instruction& in) const
    {
        if (!(in.reads & state_.open_writes))
            return false;
        bool simple = state_.open_class == alu && (in.timing_class == alu || is_store(in.timing_class));
        return !simple || (in.address_reads & state_.open_writes);
    }

    std::uint32_t wait_of(const Instruction& in) const
    {
        std::uint32_t wait = 0;
        for (RegisterSet left = in.reads; left != 0; left &= left - 1) {
            auto r = static_cast<std::size_t>(std::countr_zero(left));
            std::uint32_t remaining = state_.remaining[r];
            if (remaining == 0)
                continue;
            bool for_address = in.address_reads >> r & 1;
            bool loaded = state_.from_load >> r & 1;
            bool late = (in.accumulator >> r & 1) || (loaded && in.timing_class == alu);
            if (for_address && loaded)
                remaining += rules_.load_to_address;
            else if (late && !for_address)
                remaining -= std::min(remaining, rules_.late_read);
            wait = std::max(wait, remaining);
        }
        return wait;
    }

    void leave(const Instruction& in)
    {
        bool taken = left_ == Left::by_branch;
        switch (in.flow) {
        case Flow::conditional_branch:
            if (in.target <= in.address && !taken)
                charge(Cause::branch_refill, rules_.mispredicted_branch);
            else if (taken)
                charge(Cause::branch_refill, rules_.taken_branch);
            break;
        case Flow::branch: charge(Cause::branch_refill, rules_.taken_branch); break;
        case Flow::call: charge(Cause::branch_refill, rules_.taken_link); break;
        case Flow::indirect:
        case Flow::indirect_call:
            if (taken)
                charge(Cause::branch_refill, rules_.taken_indirect);
            break;
        default: break;
        }
        if (taken)
            state_.open = false;
    }

    void remember(const Instruction& in, const TimingTable::Row& row, bool skipped)
    {
        for (std::uint8_t& remaining : state_.remaining)
            remaining = static_cast<std::uint8_t>(remaining - std::min<std::uint32_t>(remaining, spent_));
        if (skipped)
            return;
        bool narrow = in.timing_class == load && in.access.bytes < 4;
        std::uint32_t latency = row.latency + (narrow ? rules_.narrow_load : 0);
        for (RegisterSet left = in.writes; left != 0; left &= left - 1) {
            auto r = static_cast<std::size_t>(std::countr_zero(left));
            bool loaded_here = in.is_load() && !(in.access.write_back && in.access.base == r);
            state_.remaining[r] = static_cast<std::uint8_t>(in.has_access() && !loaded_here ? 0 : latency - 1);
            state_.from_load = loaded_here ? state_.from_load | set_of(static_cast<Register>(r)) : state_.from_load & ~set_of(static_cast<Register>(r));
        }
        for (RegisterSet left = state_.from_load; left != 0; left &= left - 1) // forget what has arrived: fewer states
            if (auto r = static_cast<std::size_t>(std::countr_zero(left)); state_.remaining[r] == 0)
                state_.from_load &= ~(RegisterSet {1} << r);
        if (!state_.open) {
            state_.open_class = TimingClass::unknown;
            state_.open_writes = 0;
        }
    }

    const DualIssueTiming& core_;
    const Rules& rules_;
    State state_;
    Left left_;
    BlockTiming timing_;
    std::uint16_t index_ = 0;
    std::uint32_t spent_ = 0;
};

DualIssueTiming::DualIssueTiming(const mcu::CoreModel& core)
    : table_(timing_table(core))
{
    read_rules(core, std::array<RuleSlot, 9> {{
        {"taken_branch", &rules_.taken_branch},
        {"mispredicted_branch", &rules_.mispredicted_branch},
        {"taken_link", &rules_.taken_link},
        {"taken_indirect", &rules_.taken_indirect},
        {"late_read", &rules_.late_read},
        {"load_to_address", &rules_.load_to_address},
        {"narrow_load", &rules_.narrow_load},
        {"unaligned_load", &rules_.unaligned_load},
        {"unaligned_store", &rules_.unaligned_store},
    }});
}

BlockTiming DualIssueTiming::time(const Block& block, PipelineState entry, std::span<const OperandClass> operands, Left left)
{
    Walk walk(*this, block, states_[entry], operands, left);
    BlockTiming timing = walk.timing();
    timing.exit = states_.number_of(walk.state());
    return timing;
}

std::uint32_t DualIssueTiming::unaligned_penalty(Access::Kind kind, unsigned bytes, std::uint32_t address) const
{
    if (address % bytes == 0)
        return 0;
    return kind == Access::Kind::load ? rules_.unaligned_load : rules_.unaligned_store;
}

} // namespace sim
