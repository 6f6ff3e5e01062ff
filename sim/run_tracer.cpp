// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/run_tracer.h"

#include "base/check.h"

#include <algorithm>

namespace sim {
namespace {

constexpr std::uint64_t progress_step = 20'000'000;  // instructions
constexpr std::uint32_t main_stack_limit = 64 << 20; // bytes; what lies further below is another stack

std::optional<std::uint32_t> read_guest(void* context, std::uint32_t address, unsigned bytes)
{
    return static_cast<Guest*>(context)->read_memory(address, bytes);
}

} // namespace

RunTracer::RunTracer(Guest& guest, const ElfImage& image, Mode mode)
    : guest_(guest)
    , mode_(mode)
    , calls_(image)
{
}

void RunTracer::start(std::uint32_t first_pc, std::uint32_t stack_pointer)
{
    recent_stack_low_ = stack_pointer;
    calls_.begin(first_pc, stack_pointer, listeners_);
    progress_at_ = progress_step;
}

Block& RunTracer::lookup(std::uint32_t address, std::uint32_t size)
{
    if (previous_) {
        for (Block* known : previous_->successors)
            if (known && known->address == address && known->size == size)
                return *known;
    }
    Block* block = blocks_.find(address, size);
    if (!block)
        block = &blocks_.add(guest_.code(address, size), address, previous_);
    if (previous_) {
        previous_->successors[1] = previous_->successors[0];
        previous_->successors[0] = block;
    }
    return *block;
}

void RunTracer::lower_stack(std::uint32_t address)
{
    calls_.lower_stack(address);
    recent_stack_low_ = std::min(recent_stack_low_, address);
}

/// After an instruction that set sp to something else than before plus a constant. Most often it is
/// a frame's end; but start-up code leaves the reset stack for its own, and a thread may begin to
/// use the process stack.
void RunTracer::follow_stack_pointer()
{
    auto [value, process] = guest_.read_stack_pointer();
    const Context& context = calls_.contexts()[calls_.current()];
    bool unused = context.stack_low == context.stack_top;
    if (value > context.stack_top || unused || process != on_process_stack_)
        calls_.move_stack(value);
    on_process_stack_ = process;
    lower_stack(value);
}

void RunTracer::note_stack_at_entry(const Block& block)
{
    if (read_stack_next_)
        follow_stack_pointer();
    read_stack_next_ = block.recipe.stack_unknown();
    if (block.recipe.stack_low())
        lower_stack(registers_[sp] + static_cast<std::uint32_t>(*block.recipe.stack_low()));
}

std::uint32_t RunTracer::main_stack_bytes() const
{
    const std::vector<Context>& contexts = calls_.contexts();
    std::uint32_t bytes = 0, top = contexts.empty() ? 0 : contexts.front().stack_top;
    for (const Context& context : contexts) {
        if (context.kind == Context::Kind::task)
            continue;
        bytes = std::max(bytes, context.stack_bytes());
        if (context.stack_lowest < top && top - context.stack_lowest < main_stack_limit)
            bytes = std::max(bytes, top - context.stack_lowest);
    }
    return bytes;
}

/// So many turns may be counted without a look at the clock and at the limit.
void RunTracer::bound_turns(const Block& block)
{
    turn_limit_ = (limit_ - std::min(limit_, instructions_)) / block.count() + 1;
    if (deadline_ == never)
        return;
    std::uint64_t left = deadline_ - std::min(deadline_, now());
    turn_limit_ = std::min(turn_limit_, std::max<std::uint64_t>(left / meters_.front()->longest_turn(block), 1));
}

bool RunTracer::begin(std::uint32_t address, std::uint32_t size)
{
    Block& block = lookup(address, size);
    current_ = &block;
    turns_ = 1;
    address_ = ~0u;
    next_observed_ = 0;
    cut_ = false;
    cut_access_ = ~0u;
    if (watched(block)) {
        streams_.resize(block.operands.size());
        seen_.assign(block.operands.size(), 0);
    }

    if (block.recipe.needs())
        guest_.read_registers(block, registers_);
    note_stack_at_entry(block);
    if (mode_ == Mode::exact)
        return true;

    if (!block.observed && !block.operands.empty()) {
        auto turns = block.repeats_itself ? Recipe::Turns::any : Recipe::Turns::one;
        Recipe::Result result = block.recipe.evaluate(registers_, read_guest, &guest_, streams_, turns);
        if (result == Recipe::Result::unresolved) {
            block.observed = block.seen = true;
            return false;
        }
        if (result == Recipe::Result::linear)
            address_ = address;
    } else if (block.operands.empty()) {
        address_ = address;
    }
    size_ = size;
    bound_turns(block);
    bool first_time = !block.seen;
    block.seen = true;
    return !(first_time && block.observed);
}

void RunTracer::observed(std::uint32_t instruction, std::uint32_t address)
{
    // The same instruction may lie in a block whose recipe knows all its addresses, too.
    if (!current_ || !watched(*current_))
        return;
    for (std::size_t i = next_observed_; i < current_->operands.size(); ++i) {
        const Recipe::Operand& operand = current_->operands[i];
        if (current_->instructions[operand.instruction].address != instruction)
            continue;
        if (seen_[i] && mode_ == Mode::exact)
            return; // a further word of the same instruction
        streams_[i] = {address, 0};
        seen_[i] = 1;
        next_observed_ = mode_ == Mode::exact ? i : i + 1;
        ++doubts_.observed_accesses;
        return;
    }
}

std::vector<std::uint32_t> RunTracer::observed_instructions() const
{
    std::vector<std::uint32_t> result;
    for (const Recipe::Operand& operand : current_->operands)
        result.push_back(current_->instructions[operand.instruction].address);
    return result;
}

/// Tells the meters of turns of the block at hand; `streams_` is where its first turn accesses
/// memory.
void RunTracer::meter_turns(Block& block, std::uint64_t turns, const Recipe::Grouping& grouping, bool left_by_branch)
{
    bool skipped_some = false;
    if (watched(block)) {
        skipped_.assign(block.operands.size(), 0);
        for (std::size_t i = 0; i < block.operands.size(); ++i)
            if (!seen_[i])
                skipped_[i] = skipped_some = true;
    }
    BlockRun run {.block = &block,
        .turns = turns,
        .grouping = &grouping,
        .streams = std::span(streams_).first(grouping.groups.size()),
        .skipped = {},
        .left_by_branch = left_by_branch};
    if (skipped_some)
        run.skipped = skipped_;
    for (Meter* meter : meters_)
        meter->add(run);
    instructions_ += turns * block.count();
}

void RunTracer::finish(std::uint32_t next)
{
    if (!current_)
        return;
    Block& block = *current_;
    current_ = nullptr;
    address_ = ~0u;
    previous_ = &block;

    if (!watched(block) && turns_ > 1 && block.recipe.disturbed(turns_, streams_))
        ++doubts_.disturbed_runs;
    meter_turns(block, turns_, watched(block) ? block.singles : block.recipe.grouping(), next != block.end());
    cut_ = false;

    calls_.passed(block, next, listeners_);
    if (instructions_ >= progress_at_) {
        progress_at_ = instructions_ + progress_step;
        for (Listener* listener : listeners_)
            listener->progressed(instructions_);
    }
}

bool RunTracer::cut_before_access(std::uint32_t address)
{
    if (!current_)
        return false;
    const Block& block = *current_;
    bool by_recipe = !watched(block);
    for (std::size_t i = 0; i < block.operands.size(); ++i) {
        std::uint32_t first = 0;
        if (by_recipe) {
            const Recipe::Place& place = block.recipe.grouping().places[i];
            const Recipe::Stream& stream = streams_[place.group];
            first = stream.start + static_cast<std::uint32_t>(turns_ - 1) * stream.stride + static_cast<std::uint32_t>(place.offset);
        } else if (seen_[i]) {
            first = streams_[i].start;
        } else {
            continue;
        }
        const Instruction& in = block.instructions[block.operands[i].instruction];
        if (address - first < std::uint32_t {in.access.bytes} * in.access.count && in.address != cut_access_) {
            cut_before_instruction(in.address);
            cut_access_ = in.address;
            return true;
        }
    }
    ++doubts_.uncut_accesses;
    return false;
}

void RunTracer::cut_before_instruction(std::uint32_t instruction)
{
    if (!current_)
        return;
    Block& block = *current_;
    if (turns_ > 1) {
        meter_turns(block, turns_ - 1, block.recipe.grouping(), true);
        for (Recipe::Stream& stream : streams_)
            stream.start += static_cast<std::uint32_t>(turns_ - 1) * stream.stride;
        turns_ = 1;
    }
    address_ = ~0u;
    if (instruction == block.address)
        return;

    // Operand by operand from here on: what is left belongs to blocks with recipes of their own.
    std::vector<Recipe::Stream> streams = streams_;
    std::vector<char> seen = seen_;
    if (!watched(block)) {
        streams.clear();
        for (const Recipe::Place& place : block.recipe.grouping().places)
            streams.push_back({streams_[place.group].start + static_cast<std::uint32_t>(place.offset), 0});
        seen.assign(block.operands.size(), 1);
    }
    cut_ = true;
    Block& head = lookup(block.address, instruction - block.address);
    std::size_t before = head.operands.size();
    streams_.assign(streams.begin(), streams.begin() + static_cast<std::ptrdiff_t>(before));
    seen_.assign(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(before));
    meter_turns(head, 1, head.singles, false);

    previous_ = &head;
    Block& rest = lookup(instruction, block.end() - instruction);
    CHECK(before + rest.operands.size() == block.operands.size());
    streams_.assign(streams.begin() + static_cast<std::ptrdiff_t>(before), streams.end());
    seen_.assign(seen.begin() + static_cast<std::ptrdiff_t>(before), seen.end());
    next_observed_ = 0;
    current_ = &rest;
}

void RunTracer::charge(std::uint32_t owner, Cause cause, std::uint64_t cycles)
{
    for (Meter* meter : meters_)
        meter->charge_at(owner, cause, base::Cycles(cycles));
}

void RunTracer::count_stacking(std::uint32_t address, unsigned words, Access::Kind kind)
{
    for (Meter* meter : meters_)
        meter->count_stacking(address, words, kind);
}

/// Between two blocks: what comes next follows from nothing that ran before.
void RunTracer::flow_changed_hands()
{
    CHECK(!current_);
    previous_ = nullptr;
    read_stack_next_ = false;
    on_process_stack_ = guest_.read_stack_pointer().process;
}

void RunTracer::exception_entered(unsigned exception, std::uint32_t handler, std::uint32_t frame, std::uint32_t stack_pointer)
{
    lower_stack(frame);
    flow_changed_hands();
    calls_.exception_entered(exception, handler, frame, stack_pointer, listeners_);
}

void RunTracer::exception_chained(unsigned exception, std::uint32_t handler, std::uint32_t stack_pointer)
{
    flow_changed_hands();
    calls_.exception_chained(exception, handler, stack_pointer, listeners_);
}

void RunTracer::exception_left(std::uint32_t to, std::uint32_t frame, std::uint32_t stack_pointer)
{
    flow_changed_hands();
    calls_.exception_left(to, frame, stack_pointer, listeners_);
}

void RunTracer::abandon()
{
    if (!current_)
        return;
    if (turns_ > 1) {
        --turns_;
        finish(current_->address);
    }
    current_ = nullptr;
    address_ = ~0u;
    cut_ = false;
}

void RunTracer::stop() { calls_.end(listeners_); }

std::uint32_t RunTracer::take_recent_stack_low()
{
    std::uint32_t low = recent_stack_low_;
    recent_stack_low_ = ~0u;
    return low;
}

} // namespace sim
