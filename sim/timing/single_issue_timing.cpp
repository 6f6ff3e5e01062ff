// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/timing/single_issue_timing.h"

#include "base/check.h"

#include <algorithm>
#include <bit>

namespace sim {

/// One way through a block, instruction by instruction.
class SingleIssueTiming::Walk {
public:
    Walk(const SingleIssueTiming& core, const Block& block, State state, std::span<const OperandClass> operands, Left left)
        : core_(core)
        , rules_(core.rules_)
        , block_(block)
        , state_(state)
        , operands_(operands)
        , left_(left)
    {
        std::size_t operand = 0;
        for (std::size_t i = 0; i < block.instructions.size(); ++i) {
            const Instruction& in = block.instructions[i];
            timing_.issue_at.push_back(timing_.cycles);
            index_ = static_cast<std::uint16_t>(i);
            step(in, in.has_access() ? operands_[operand++] : OperandClass {}, i + 1 == block.instructions.size());
        }
        CHECK(operand == operands.size());
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

    void step(const Instruction& in, const OperandClass& operand, bool last)
    {
        using enum TimingClass;
        spent_ = 0;
        bool taken = last && left_ == Left::by_branch;
        bool skipped = operand.skipped;
        wait_for_fetch(in);
        if (!skipped)
            wait_for_registers(in);

        const TimingTable::Row& row = core_.table_[in.timing_class];
        bool second = issues_beside_previous(in);
        if (second) {
            if (taken)
                charge(Cause::branch_refill, rules_.taken_branch + (decided_by_previous(in) ? rules_.taken_pair_behind_flags : 0));
        } else if (skipped) {
            charge(Cause::issue, 1);
        } else if (!row.known) {
            charge(Cause::unmodeled, 1);
        } else {
            switch (in.timing_class) {
            case load:
            case load_exclusive: single_load(in, operand, row); break;
            case store:
            case store_exclusive: single_store(in, row, rules_.store_after_load); break;
            case store_register_offset: single_store(in, row, rules_.store_register_after_load); break;
            case load_multiple:
            case store_multiple:
            case fp_load_multiple:
            case fp_store_multiple:
                issue(row.issue, Cause::multi_cycle);
                charge(Cause::multi_cycle, rules_.per_word * in.words);
                if (in.writes & set_of(pc))
                    charge(Cause::branch_refill, rules_.load_multiple_pc);
                break;
            case load_double:
            case fp_load:
            case fp_load_double: issue(row.issue, Cause::load_wait); break;
            case store_double:
            case fp_store:
            case fp_store_double: issue(row.issue, Cause::store_wait); break;
            default: issue(row.issue + (sets_flags_in_second_stage(in) ? rules_.two_stage_flags : 0), Cause::multi_cycle);
            }
            if (taken)
                charge(Cause::branch_refill, refill(in));
        }
        remember(in, operand, row, taken);
        state_.leads = rules_.pairs && !second && in.size == 2 && in.flow == Flow::next && in.timing_class != if_then;
    }

    /// The cores that pair take a branch, an IT or a NOP along with the instruction before, if both are 16-bit.
    bool issues_beside_previous(const Instruction& in) const
    {
        using enum TimingClass;
        bool follows = in.timing_class == branch || in.timing_class == if_then || (in.timing_class == hint && in.flow == Flow::next);
        return state_.leads && in.size == 2 && follows && !(in.reads_flags && state_.flags_late);
    }

    /// Does a branch wait for what the instruction before it found out?
    bool decided_by_previous(const Instruction& in) const
    {
        return (in.reads_flags && state_.set_flags) || (in.reads & state_.written);
    }

    static bool sets_flags_in_second_stage(const Instruction& in)
    {
        bool two_stages = in.timing_class == TimingClass::alu_rotated_constant || in.timing_class == TimingClass::multiply;
        return two_stages && in.sets_flags;
    }

    void issue(std::uint32_t cycles, Cause beyond_the_first)
    {
        charge(Cause::issue, std::min(cycles, 1u));
        if (cycles > 1)
            charge(beyond_the_first, cycles - 1);
    }

    std::uint32_t refill(const Instruction& in) const
    {
        switch (in.flow) {
        case Flow::call: return rules_.taken_link;
        case Flow::conditional_branch:
        case Flow::branch: return rules_.taken_branch;
        case Flow::indirect_call: return rules_.taken_indirect;
        case Flow::indirect: return in.is_load() && in.timing_class != TimingClass::table_branch ? 0 : rules_.taken_indirect;
        default: return 0;
        }
    }

    bool address_just_written(const Instruction& in) const { return in.address_reads & state_.written; }

    void single_load(const Instruction& in, const OperandClass& operand, const TimingTable::Row& row)
    {
        bool chained = state_.previous == Previous::load && state_.group == operand.group && !address_just_written(in);
        bool begins = !chained;
        issue(chained ? rules_.load_chained : row.issue, Cause::load_wait);
        if (begins)
            charge(Cause::load_wait, operand.chain_wait);
        if (state_.previous == Previous::store)
            charge(Cause::load_wait, rules_.load_after_store);
        if (in.writes & set_of(pc))
            charge(Cause::branch_refill, rules_.load_pc);
    }

    void single_store(const Instruction& in, const TimingTable::Row& row, std::uint32_t behind_load)
    {
        bool behind = state_.previous == Previous::load && !address_just_written(in);
        issue(behind ? behind_load : row.issue, Cause::store_wait);
    }

    /// 32-bit instructions at addresses that are 2 modulo 4 take two fetches.
    void wait_for_fetch(const Instruction& in)
    {
        bool straddles = in.size == 4 && (in.address & 2);
        if (straddles && state_.branched)
            charge(Cause::branch_refill, rules_.straddling_target);
        if (!straddles) {
            state_.straddling = 0;
        } else if (state_.branched) {
            state_.straddling = 1;
        } else {
            // Counting stops one past the length at which the prefetch buffer starves: once a run.
            state_.straddling = static_cast<std::uint8_t>(std::min<std::uint32_t>(state_.straddling + 1u, rules_.straddling_run_length + 1));
            if (state_.straddling == rules_.straddling_run_length)
                charge(Cause::fetch_wait, rules_.straddling_run);
        }
    }

    void wait_for_registers(const Instruction& in)
    {
        bool memory = in.has_access() && in.timing_class != TimingClass::table_branch;
        if (memory && state_.previous == Previous::alu && address_just_written(in) && !is_floating(in.timing_class))
            charge(Cause::data_hazard, rules_.address_interlock);

        std::uint32_t wait = 0;
        for (RegisterSet left = in.reads; left != 0; left &= left - 1) {
            auto r = static_cast<std::size_t>(std::countr_zero(left));
            std::uint32_t remaining = state_.remaining[r];
            bool extends = in.timing_class == TimingClass::simd && (state_.loaded >> r & 1); // no late reading of loads
            if ((in.accumulator >> r & 1) && !(in.address_reads >> r & 1) && !extends)
                remaining -= std::min(remaining, rules_.late_read);
            if (in.timing_class == TimingClass::fp_multiply_accumulate && (in.accumulator & state_.sums) >> r & 1)
                remaining = 0; // a sum of products goes on without a wait
            wait = std::max(wait, remaining);
        }
        if (in.timing_class == TimingClass::fp_divide)
            wait = std::max<std::uint32_t>(wait, state_.divider_busy);
        if (is_floating(in.timing_class))
            wait = std::max<std::uint32_t>(wait, state_.fpu_closed);
        if (in.reads_flags)
            wait = std::max<std::uint32_t>(wait, state_.flags_late);
        charge(Cause::data_hazard, wait);
    }

    void remember(const Instruction& in, const OperandClass& operand, const TimingTable::Row& row, bool taken)
    {
        using enum TimingClass;
        for (std::uint8_t& remaining : state_.remaining)
            pass(remaining);
        pass(state_.divider_busy);
        pass(state_.fpu_closed);
        pass(state_.flags_late);
        for (RegisterSet left = state_.loaded; left != 0; left &= left - 1) // what has arrived needs no memory
            if (auto r = static_cast<std::size_t>(std::countr_zero(left)); state_.remaining[r] == 0)
                state_.loaded &= ~(RegisterSet {1} << r);

        state_.branched = taken;
        state_.set_flags = false;
        state_.written = in.writes & 0xffff;
        state_.group = operand.group;
        bool load_like = in.timing_class == load || in.timing_class == load_exclusive;
        bool store_like = in.timing_class == store || in.timing_class == store_register_offset || in.timing_class == store_exclusive;
        if (operand.skipped) {
            state_.previous = Previous::other;
            state_.written = 0;
            return;
        }
        if (load_like)
            state_.previous = Previous::load;
        else if (store_like)
            state_.previous = Previous::store;
        else if (in.has_access() || in.flow != Flow::next || in.timing_class == if_then)
            state_.previous = Previous::other;
        else
            state_.previous = Previous::alu;
        if (row.latency > 1) {
            for (RegisterSet left = in.writes; left != 0; left &= left - 1)
                state_.remaining[static_cast<std::size_t>(std::countr_zero(left))] = static_cast<std::uint8_t>(row.latency - 1);
            state_.loaded = in.is_load() ? state_.loaded | in.writes : state_.loaded & ~in.writes;
        }
        state_.sums = in.timing_class == fp_multiply_accumulate && row.latency > 1 ? in.writes : 0;
        if (in.timing_class == fp_divide)
            state_.divider_busy = static_cast<std::uint8_t>(row.latency - 1);
        if (in.timing_class == fp_multiply_accumulate)
            state_.fpu_closed = static_cast<std::uint8_t>(rules_.fp_after_sum);
        if (in.sets_flags) {
            state_.set_flags = rules_.pairs != 0;
            state_.flags_late = static_cast<std::uint8_t>(in.timing_class == alu_shifted ? rules_.late_flags : 0);
        }
    }

    /// Takes the cycles of the instruction at hand off a countdown.
    void pass(std::uint8_t& remaining) const
    {
        remaining = static_cast<std::uint8_t>(remaining - std::min<std::uint32_t>(remaining, spent_));
    }

    const SingleIssueTiming& core_;
    const Rules& rules_;
    const Block& block_;
    State state_;
    std::span<const OperandClass> operands_;
    Left left_;
    BlockTiming timing_;
    std::uint16_t index_ = 0;
    std::uint32_t spent_ = 0; // cycles of the instruction at hand
};

SingleIssueTiming::SingleIssueTiming(const mcu::CoreModel& core)
    : table_(timing_table(core))
{
    read_rules(core, std::array<RuleSlot, 23> {{
        {"load_chained", &rules_.load_chained},
        {"store_after_load", &rules_.store_after_load},
        {"store_register_after_load", &rules_.store_register_after_load},
        {"load_after_store", &rules_.load_after_store},
        {"address_interlock", &rules_.address_interlock},
        {"taken_branch", &rules_.taken_branch},
        {"taken_link", &rules_.taken_link},
        {"taken_indirect", &rules_.taken_indirect},
        {"load_pc", &rules_.load_pc},
        {"load_multiple_pc", &rules_.load_multiple_pc},
        {"per_word", &rules_.per_word},
        {"straddling_target", &rules_.straddling_target},
        {"straddling_run", &rules_.straddling_run},
        {"straddling_run_length", &rules_.straddling_run_length},
        {"late_read", &rules_.late_read},
        {"pairs", &rules_.pairs},
        {"taken_pair_behind_flags", &rules_.taken_pair_behind_flags},
        {"late_flags", &rules_.late_flags},
        {"two_stage_flags", &rules_.two_stage_flags},
        {"fp_after_sum", &rules_.fp_after_sum},
        {"unaligned_half", &rules_.unaligned_half},
        {"unaligned_word_on_half", &rules_.unaligned_word_on_half},
        {"unaligned_word_on_byte", &rules_.unaligned_word_on_byte},
    }});
}

BlockTiming SingleIssueTiming::time(const Block& block, PipelineState entry, std::span<const OperandClass> operands, Left left)
{
    Walk walk(*this, block, states_[entry], operands, left);
    BlockTiming timing = walk.timing();
    timing.exit = states_.number_of(walk.state());
    return timing;
}

std::uint32_t SingleIssueTiming::unaligned_penalty(Access::Kind, unsigned bytes, std::uint32_t address) const
{
    if (bytes == 2)
        return address % 2 ? rules_.unaligned_half : 0;
    if (bytes == 4)
        return address % 4 == 0 ? 0 : address % 2 ? rules_.unaligned_word_on_byte : rules_.unaligned_word_on_half;
    return 0;
}

} // namespace sim
