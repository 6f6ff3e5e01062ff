// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/run_tracer.h"

#include "base/check.h"

#include <algorithm>

namespace sim {
namespace {

constexpr std::uint64_t progress_step = 20'000'000; // instructions

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
    stack_low_ = recent_stack_low_ = stack_pointer;
    calls_.begin(first_pc, listeners_);
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
    stack_low_ = std::min(stack_low_, address);
    recent_stack_low_ = std::min(recent_stack_low_, address);
}

void RunTracer::note_stack_at_entry(const Block& block)
{
    if (read_stack_next_)
        lower_stack(guest_.read_stack_pointer());
    read_stack_next_ = block.recipe.stack_unknown();
    if (block.recipe.stack_low())
        lower_stack(registers_[sp] + static_cast<std::uint32_t>(*block.recipe.stack_low()));
}

bool RunTracer::begin(std::uint32_t address, std::uint32_t size)
{
    Block& block = lookup(address, size);
    current_ = &block;
    turns_ = 1;
    address_ = ~0u;
    next_observed_ = 0;
    bool watched = block.observed || mode_ == Mode::exact;
    if (watched) {
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
    turn_limit_ = (limit_ - std::min(limit_, instructions_)) / block.count() + 1;
    bool first_time = !block.seen;
    block.seen = true;
    return !(first_time && block.observed);
}

void RunTracer::observed(std::uint32_t instruction, std::uint32_t address)
{
    if (!current_)
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

void RunTracer::finish(std::uint32_t next)
{
    if (!current_)
        return;
    Block& block = *current_;
    std::uint64_t turns = turns_;
    current_ = nullptr;
    address_ = ~0u;
    previous_ = &block;

    bool skipped_some = false;
    if (block.observed || mode_ == Mode::exact) {
        skipped_.assign(block.operands.size(), 0);
        for (std::size_t i = 0; i < block.operands.size(); ++i)
            if (!seen_[i])
                skipped_[i] = skipped_some = true;
    }
    bool watched = block.observed || mode_ == Mode::exact;
    if (!watched && turns > 1 && block.recipe.disturbed(turns, streams_))
        ++doubts_.disturbed_runs;

    const Recipe::Grouping& grouping = watched ? block.singles : block.recipe.grouping();
    BlockRun run {.block = &block, .turns = turns, .grouping = &grouping, .streams = std::span(streams_).first(grouping.groups.size()), .skipped = {},
        .left_by_branch = next != block.end()};
    if (skipped_some)
        run.skipped = skipped_;
    for (Meter* meter : meters_)
        meter->add(run);
    instructions_ += turns * block.count();

    calls_.passed(block, next, listeners_);
    if (instructions_ >= progress_at_) {
        progress_at_ = instructions_ + progress_step;
        for (Listener* listener : listeners_)
            listener->progressed(instructions_);
    }
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
}

void RunTracer::stop() { calls_.end(listeners_); }

std::uint32_t RunTracer::take_recent_stack_low()
{
    std::uint32_t low = recent_stack_low_;
    recent_stack_low_ = ~0u;
    return low;
}

} // namespace sim
