// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/timing/dual_issue_timing.h"

#include "base/check.h"

#include <algorithm>
#include <bit>

namespace sim {
namespace {

using enum TimingClass;

constexpr Register first_floating = 16;
// Stages behind the first one, in which an operand of the kind is read.
constexpr std::uint32_t late_alu_reads = 1, accumulator_reads = 2, store_reads = 3;

bool is_multiply(TimingClass c) { return c >= multiply && c <= simd_multiply; }
bool is_store(const Instruction& in) { return in.access.kind == Access::Kind::store; }

/// Must wait while a sum of products keeps the FPU's later stages.
bool waits_for_open_fpu(TimingClass c)
{
    switch (c) {
    case fp_arithmetic: case fp_double_add: case fp_load_double: case fp_store_double: case fp_load_multiple: case fp_store_multiple: return true;
    default: return false;
    }
}

bool is_fp_transfer(TimingClass c) { return c == fp_load || c == fp_store || c == fp_move; }

std::uint32_t less(std::uint32_t from, std::uint32_t amount) { return from - std::min(from, amount); }

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

    /// Time is told from the cycle in which the instruction before issued: 0 beside it, 1 the next.
    void step(const Instruction& in, bool skipped, bool last)
    {
        spent_ = 0;
        if (state_.branched)
            state_.queue = static_cast<std::int8_t>(state_.queue - static_cast<int>(in.address & (rules_.fetch_bytes - 1)));
        state_.branched = false;

        const TimingTable::Row& row = core_.table_[in.timing_class];
        IssueSlot slot = slot_of(in);
        std::uint32_t earliest = skipped ? 0 : earliest_issue(in);
        bool narrow_store = is_store(in) && in.access.bytes < 4 && !skipped;
        bool younger = state_.open && earliest == 0 && may_join(in, slot, narrow_store);
        bool early = executes_early(in, slot, younger, earliest);
        if (!younger) {
            begin_cycle(in, earliest, narrow_store);
            issue_alone(in, row);
        }
        state_.queue = static_cast<std::int8_t>(state_.queue - in.size);
        std::uint32_t age = std::min(state_.flags_age + spent_, rules_.early_flags_distance);

        state_.open = !younger && !issues_alone(in);
        state_.older = state_.open ? slot : IssueSlot {};
        if (last)
            leave(in, age);
        pass_time();
        if (narrow_store)
            state_.stores = static_cast<std::uint8_t>(state_.stores + rules_.narrow_store);
        state_.set_flags = in.sets_flags || (younger && state_.set_flags);
        state_.flags_age = static_cast<std::uint8_t>(in.sets_flags ? 0 : std::min(state_.flags_age + spent_, rules_.early_flags_distance));
        if (!skipped)
            remember_results(in, row, early);
    }

    bool may_join(const Instruction& in, const IssueSlot& slot, bool narrow_store) const
    {
        if (issues_alone(in) || !kinds_pair(state_.older, slot) || state_.queue < in.size)
            return false;
        if (is_fp_transfer(in.timing_class) && state_.fpu_closed > 0)
            return false;
        return !narrow_store || store_wait(0) == 0;
    }

    std::uint32_t earliest_issue(const Instruction& in) const
    {
        if (in.flow == Flow::conditional_branch)
            return 0; // predicted
        std::uint32_t earliest = in.reads_flags && state_.set_flags ? 1 : 0;
        if (waits_for_open_fpu(in.timing_class))
            earliest = std::max<std::uint32_t>(earliest, state_.fpu_closed);
        for (RegisterSet left = in.reads; left != 0; left &= left - 1)
            earliest = std::max(earliest, earliest_for(in, static_cast<Register>(std::countr_zero(left))));
        return earliest;
    }

    std::uint32_t earliest_for(const Instruction& in, Register r) const
    {
        std::uint32_t ready = state_.ready[r];
        if (ready == 0)
            return 0;
        bool loaded = state_.loaded >> r & 1, addend = in.accumulator >> r & 1;
        if (r >= first_floating) {
            if (is_store(in))
                return less(ready, rules_.fp_store_late_read);
            if (in.timing_class == fp_multiply_accumulate && addend && (state_.summed >> r & 1))
                return less(ready, rules_.fp_sum_to_addend);
            if (in.timing_class == fp_multiply_accumulate && addend && loaded)
                return ready + rules_.fp_load_to_addend;
            return ready;
        }
        if (in.address_reads >> r & 1)
            return ready + (loaded ? rules_.load_to_address : 0);
        if (in.shifted >> r & 1)
            return ready;
        if (addend && is_store(in))
            return less(ready, store_reads);
        if (is_multiply(in.timing_class))
            return addend ? less(ready, accumulator_reads) : loaded ? ready : less(ready, late_alu_reads);
        return less(ready, late_alu_reads);
    }

    /// The early ALU takes additions and moves of the older slot and, where no operand is shifted beside them, shifts; if
    /// their own operands are there in time.
    bool executes_early(const Instruction& in, const IssueSlot& slot, bool younger, std::uint32_t issued) const
    {
        bool fits = in.operation == Operation::shift ? !(younger && occupies_shifter(state_.older)) : in.operation != Operation::other && !younger;
        if (in.timing_class != alu || !fits || occupies_shifter(slot))
            return false;
        std::uint32_t when = younger ? 0 : std::max(issued, 1u);
        for (RegisterSet left = in.reads; left != 0; left &= left - 1)
            if (state_.ready[static_cast<std::size_t>(std::countr_zero(left))] > when)
                return false;
        return true;
    }

    /// Cycles that a byte or halfword waits for room in the store buffer, issued `after` cycles.
    std::uint32_t store_wait(std::uint32_t after) const
    {
        return less(less(state_.stores, after) + rules_.narrow_store, rules_.narrow_store * rules_.store_buffer);
    }

    void begin_cycle(const Instruction& in, std::uint32_t earliest, bool narrow_store)
    {
        charge(Cause::data_hazard, less(earliest, 1));
        if (narrow_store)
            charge(Cause::store_wait, store_wait(spent_ + 1));
        fetch(spent_ + 1);
        while (state_.queue < in.size) {
            charge(Cause::fetch_wait, 1);
            fetch(1);
        }
    }

    void fetch(std::uint32_t cycles)
    {
        int bytes = state_.queue + static_cast<int>(cycles * rules_.fetch_bytes);
        state_.queue = static_cast<std::int8_t>(std::min(bytes, static_cast<int>(rules_.fetch_queue)));
    }

    void issue_alone(const Instruction& in, const TimingTable::Row& row)
    {
        if (!row.known) {
            charge(Cause::unmodeled, 1);
            return;
        }
        std::uint32_t cycles = row.issue != 0 ? row.issue : (in.words + 1u) / 2;
        charge(Cause::issue, std::min(cycles, 1u));
        if (cycles > 1) {
            charge(Cause::multi_cycle, cycles - 1);
            fetch(cycles - 1);
        }
    }

    void leave(const Instruction& in, std::uint32_t flags_age)
    {
        bool taken = left_ == Left::by_branch;
        if (in.flow == Flow::conditional_branch) {
            bool early = in.reads_flags && flags_age >= rules_.early_flags_distance;
            timing_.misprediction = early ? rules_.mispredicted_early_flags : rules_.mispredicted_branch;
        }
        if (!taken)
            return;
        // Half a fetch ahead of the branch, its target arrives in time to issue beside it.
        bool ahead = state_.queue * 2 >= static_cast<int>(rules_.fetch_bytes);
        std::uint32_t refill = refill_of(in.flow, ahead);
        charge(Cause::branch_refill, refill);
        state_.open = state_.open && ahead && refill == 0;
        if (!state_.open)
            state_.older = {};
        state_.branched = true;
        state_.queue = static_cast<std::int8_t>(ahead ? rules_.fetch_bytes : 0);
    }

    std::uint32_t refill_of(Flow flow, bool ahead) const
    {
        switch (flow) {
        case Flow::conditional_branch:
        case Flow::branch: return ahead ? 0 : rules_.taken_branch;
        case Flow::call: return ahead ? 0 : rules_.taken_link;
        case Flow::indirect:
        case Flow::indirect_call: return rules_.taken_indirect;
        default: return 0;
        }
    }

    void pass_time()
    {
        if (spent_ == 0)
            return;
        auto pass = [&](std::uint8_t& remaining) { remaining = static_cast<std::uint8_t>(less(remaining, spent_)); };
        for (std::uint8_t& ready : state_.ready)
            pass(ready);
        pass(state_.fpu_closed);
        pass(state_.stores);
        RegisterSet pending = 0;
        for (RegisterSet left = state_.loaded | state_.summed; left != 0; left &= left - 1)
            if (auto r = static_cast<Register>(std::countr_zero(left)); state_.ready[r] != 0)
                pending |= set_of(r);
        state_.loaded &= pending;
        state_.summed &= pending;
    }

    void remember_results(const Instruction& in, const TimingTable::Row& row, bool early)
    {
        std::uint32_t latency = row.latency + (in.timing_class == load && in.access.bytes < 4 ? rules_.narrow_load : 0);
        for (RegisterSet left = in.writes; left != 0; left &= left - 1) {
            auto r = static_cast<Register>(std::countr_zero(left));
            bool updated_base = in.access.write_back && in.access.base == r;
            bool loaded = in.is_load() && !updated_base;
            std::uint32_t ready = r >= first_floating ? latency : latency + late_alu_reads;
            if (early || updated_base || in.flow != Flow::next)
                ready = 1;
            else if (r < first_floating && in.timing_class == fp_move)
                ready = 1 + late_alu_reads;
            state_.ready[r] = static_cast<std::uint8_t>(ready);
            state_.loaded = loaded ? state_.loaded | set_of(r) : state_.loaded & ~set_of(r);
            state_.summed = in.timing_class == fp_multiply_accumulate ? state_.summed | set_of(r) : state_.summed & ~set_of(r);
        }
        if (in.timing_class == fp_multiply_accumulate || in.timing_class == fp_double_multiply_accumulate)
            state_.fpu_closed = static_cast<std::uint8_t>(rules_.fp_after_sum + 1);
    }

    const DualIssueTiming& core_;
    const Rules& rules_;
    State state_;
    Left left_;
    BlockTiming timing_;
    std::uint16_t index_ = 0;
    std::uint32_t spent_ = 0; // cycles of the instruction at hand
};

DualIssueTiming::DualIssueTiming(const mcu::CoreModel& core)
    : table_(timing_table(core))
{
    read_rules(core, std::array<RuleSlot, 18> {{
        {"taken_branch", &rules_.taken_branch},
        {"taken_link", &rules_.taken_link},
        {"taken_indirect", &rules_.taken_indirect},
        {"mispredicted_branch", &rules_.mispredicted_branch},
        {"mispredicted_early_flags", &rules_.mispredicted_early_flags},
        {"early_flags_distance", &rules_.early_flags_distance},
        {"load_to_address", &rules_.load_to_address},
        {"narrow_load", &rules_.narrow_load},
        {"fp_load_to_addend", &rules_.fp_load_to_addend},
        {"fp_sum_to_addend", &rules_.fp_sum_to_addend},
        {"fp_store_late_read", &rules_.fp_store_late_read},
        {"fp_after_sum", &rules_.fp_after_sum},
        {"fetch_bytes", &rules_.fetch_bytes},
        {"fetch_queue", &rules_.fetch_queue},
        {"narrow_store", &rules_.narrow_store},
        {"store_buffer", &rules_.store_buffer},
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
