// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/run_tracer.h"

#include "base/check.h"
#include "sim/operand_streams.h"

#include <algorithm>
#include <utility>

namespace sim {
namespace {

constexpr std::uint64_t progress_step = 1'000;       // instructions
constexpr std::uint32_t main_stack_limit = 64 << 20; // bytes; what lies further below is another stack

Recipe::Memory::Window window_of_guest(void* context, std::uint32_t address, unsigned bytes)
{
    return static_cast<Guest*>(context)->memory_window(address, bytes);
}

} // namespace

RunTracer::RunTracer(Guest& guest, const ElfImage& image, Mode mode)
    : guest_(guest)
    , mode_(mode)
    , calls_(image)
    , finder_(image)
    , memory_(window_of_guest, &guest)
    , expected_(&nothing_)
{
    same_again_.next = same_again_.before = &same_again_;
}

void RunTracer::start(std::uint32_t first_pc, std::uint32_t stack_pointer)
{
    std::ranges::fill(recent_stack_lows_, stack_pointer);
    calls_.begin(first_pc, stack_pointer, listeners_);
    find_stack_limit(stack_pointer);
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
    if (!block) {
        block = &blocks_.add(guest_.code(address, size), address, previous_);
        guest_.met(*block);
    }
    if (previous_) {
        previous_->successors[1] = previous_->successors[0];
        previous_->successors[0] = block;
    }
    return *block;
}

void RunTracer::lower_stack(std::uint32_t address)
{
    // A stack that a program makes for itself, a coroutine's, lies far from the one it leaves.
    constexpr std::uint32_t longest_frame = 16 << 10;
    std::uint32_t before = calls_.contexts()[calls_.current()].stack_low;
    if (calls_.lower_stack(address) && address < stack_limit_ && before >= stack_limit_ && before - address < longest_frame && overflowed_to_ == 0)
        overflowed_to_ = address;
    for (std::uint32_t& low : recent_stack_lows_)
        low = std::min(low, address);
}

/// After an instruction that set sp to something else than before plus a constant. Most often it is
/// a frame's end; but start-up code leaves the reset stack for its own, and a thread may begin to
/// use the process stack.
void RunTracer::follow_stack_pointer()
{
    auto [value, process] = guest_.read_stack_pointer();
    const Context& context = calls_.contexts()[calls_.current()];
    bool unused = context.stack_low == context.stack_top;
    if (value > context.stack_top || unused || process != on_process_stack_) {
        calls_.move_stack(value);
        find_stack_limit(value);
    }
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

void RunTracer::expect_nothing()
{
    expected_ = &nothing_;
    turn_begins_ = nullptr;
}

void RunTracer::expect_turns(const Block& block)
{
    same_again_.address = block.address;
    same_again_.size = block.size;
    expected_ = turn_begins_ = &same_again_;
    turn_limit_ = 1;
    strides_known_ = false;
}

/// So many turns may be counted without a look at the clock and at the limit.
template <class Turn>
std::uint64_t RunTracer::affordable_turns(const Turn& of) const
{
    std::uint64_t turns = (limit_ - std::min(limit_, instructions_)) / of.count();
    if (deadline_ == never)
        return turns;
    std::uint64_t left = deadline_ - std::min(deadline_, now());
    return std::min(turns, left / meters_.front()->longest_turn(of));
}

/// A second turn would begin: only now is it asked where it would access memory.
bool RunTracer::more_turns()
{
    if (strides_known_)
        return false;
    strides_known_ = true;
    Recipe& recipe = path_ ? path_->recipe : current_->recipe;
    if (!recipe.operands().empty()) {
        if (recipe.find_strides(streams_) != Recipe::Result::linear)
            return false;
        bool aligned = path_ ? std::ranges::all_of(path_->steps, [&](const Path::Step& step) { return strides_aligned(must_align(*step.block), step.grouping); })
                             : strides_aligned(must_align(*current_), recipe.grouping());
        if (!aligned)
            return false;
        turn_limit_ = recipe.undisturbed_turns(streams_);
    } else {
        turn_limit_ = ~std::uint64_t {0};
    }
    turn_limit_ = std::min(turn_limit_, path_ ? affordable_turns(*path_) : affordable_turns(*current_));
    return turns_ < turn_limit_;
}

bool RunTracer::begin_path(Path& path)
{
    if (instructions_ + path.count() > limit_ || (deadline_ != never && affordable_turns(path) == 0))
        return false;
    if (path.recipe.needs())
        guest_.read_registers(path.recipe.needs(), registers_);
    if (path.recipe.evaluate(registers_, memory_, streams_, Recipe::Turns::one) == Recipe::Result::unresolved) {
        ++path.unresolved;
        finder_.left(path);
        return false;
    }
    bool aligns = strictly_aligned_ ? path.aligned_strictly : path.aligned_always;
    if (aligns || divides_trap_)
        for (const Path::Step& step : path.steps)
            if ((aligns && !all_aligned(must_align(*step.block), step.grouping)) || must_watch_divides(*step.block))
                return false;
    note_stack_at_entry(path.first());
    path_ = &path;
    turns_ = turn_limit_ = 1;
    strides_known_ = false;
    expected_ = path.steps.front().next;
    turn_begins_ = path.closed ? &path.steps.front() : nullptr;
    return true;
}

RunTracer::Begun RunTracer::begin(std::uint32_t address, std::uint32_t size)
{
    Block& block = lookup(address, size);
    current_ = &block;
    turns_ = 1;
    expect_nothing();
    next_observed_ = 0;
    cut_ = false;
    cut_access_ = ~0u;
    if (mode_ == Mode::blocks) {
        finder_.passed(previous_, previous_turns_, block);
        if (block.path && !finder_.recording() && begin_path(*block.path))
            return Begun::runs;
    }
    if (must_watch_divides(block)) {
        block.divides_watched = true;
        return Begun::dividing;
    }
    if (watched(block)) {
        streams_.resize(block.operands.size());
        seen_.assign(block.operands.size(), 0);
    }

    if (block.recipe.needs())
        guest_.read_registers(block.recipe.needs(), registers_);
    note_stack_at_entry(block);
    if (mode_ == Mode::exact)
        return Begun::runs;

    if (!block.observed && !block.operands.empty()) {
        Recipe::Result result = block.recipe.evaluate(registers_, memory_, streams_, Recipe::Turns::one);
        if (result == Recipe::Result::unresolved) {
            block.observed = block.seen = true;
            return Begun::must_observe;
        }
        const std::vector<AlignedAccess>& aligned = must_align(block);
        if (!aligned.empty() && !block.alignment_watched && !all_aligned(aligned, block.recipe.grouping())) {
            block.alignment_watched = true;
            return Begun::misaligned;
        }
    }
    bool stack_stays = !block.recipe.stack_low() || block.recipe.stack_returns();
    if (!block.observed && block.repeats_itself && stack_stays)
        expect_turns(block);
    bool first_time = !block.seen;
    block.seen = true;
    return first_time && block.observed ? Begun::must_observe : Begun::runs;
}

void RunTracer::observed(std::uint32_t instruction, std::uint32_t address)
{
    // The same instruction may lie in a block whose recipe knows all its addresses, too.
    if (!expects_accesses())
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
    last_instruction_ = block.last().address;
}

void RunTracer::finish(std::uint32_t next)
{
    if (!current_)
        return;
    if (path_) {
        finish_path(next);
        return;
    }
    Block& block = *current_;
    current_ = nullptr;
    expect_nothing();
    previous_ = &block;
    previous_turns_ = turns_;
    meter_turns(block, turns_, watched(block) ? block.singles : block.recipe.grouping(), next != block.end());
    cut_ = false;
    calls_.passed(block, next, listeners_);
    tell_progress();
}

void RunTracer::finish_path(std::uint32_t next)
{
    Path& path = *path_;
    const Path::Step& last = *expected_->before;
    bool whole = &last == &path.steps.back();
    meter_path(whole ? turns_ : turns_ - 1, whole ? 0 : last.index + 1, next != last.block->end());
    current_ = nullptr;
    path_ = nullptr;
    expect_nothing();
    previous_ = last.block;
    previous_turns_ = 1;
    last_instruction_ = last.block->last().address;
    ++path.starts;
    path.turns += turns_;
    ++path.steps[last.index].left;
    finder_.left(path);
    calls_.passed(*last.block, next, listeners_);
    tell_progress();
}

void RunTracer::meter_path(std::uint64_t turns, std::size_t steps, bool left_by_branch)
{
    const Path& path = *path_;
    PathRun run {.path = &path,
        .turns = turns,
        .steps = steps,
        .streams = std::span(streams_).first(path.recipe.grouping().groups.size()),
        .left_by_branch = left_by_branch};
    for (Meter* meter : meters_)
        meter->add(run);
    instructions_ += turns * path.count() + (steps ? path.steps[steps - 1].instructions : 0);
}

/// The path at hand is given up: what ran is metered but for the block that began last, which is now
/// the block at hand.
void RunTracer::leave_path()
{
    const Path::Step& begun = *expected_->before;
    bool first = begun.index == 0;
    if (!first || turns_ > 1) {
        meter_path(turns_ - 1, begun.index, begun.before->leaves_by_branch);
        previous_ = begun.before->block;
        last_instruction_ = previous_->last().address;
    }
    std::vector<Recipe::Stream> streams;
    for (const Recipe::Place& place : begun.grouping.places) {
        const Recipe::Stream& group = streams_[place.group];
        streams.push_back({group.start + static_cast<std::uint32_t>(turns_ - 1) * group.stride + static_cast<std::uint32_t>(place.offset), 0});
    }
    streams_ = std::move(streams);
    seen_.assign(streams_.size(), 1);
    current_ = begun.block;
    path_ = nullptr;
    turns_ = 1;
    cut_ = true; // operand by operand
    expect_nothing();
    finder_.interrupted();
}

void RunTracer::tell_progress()
{
    if (instructions_ < progress_at_)
        return;
    progress_at_ = instructions_ + progress_step;
    for (Listener* listener : listeners_)
        listener->progressed(instructions_);
}

void RunTracer::restart(std::uint32_t first_pc, std::uint32_t stack_pointer)
{
    flow_changed_hands();
    calls_.restart(first_pc, stack_pointer, listeners_);
    find_stack_limit(stack_pointer);
    deadline_ = never;
}

bool RunTracer::cut_before_access(std::uint32_t address)
{
    if (!current_)
        return false;
    if (path_)
        leave_path();
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
    if (path_)
        leave_path();
    Block& block = *current_;
    if (turns_ > 1) {
        meter_turns(block, turns_ - 1, block.recipe.grouping(), true);
        move_on(streams_, turns_ - 1);
        turns_ = 1;
    }
    expect_nothing();
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
    finder_.interrupted();
    previous_ = nullptr;
    read_stack_next_ = false;
    auto [value, process] = guest_.read_stack_pointer();
    on_process_stack_ = process;
    find_stack_limit(value);
}

const Instruction* RunTracer::instruction_at(std::uint32_t address) const
{
    if (!current_)
        return nullptr;
    auto found = std::ranges::lower_bound(current_->instructions, address, {}, &Instruction::address);
    return found != current_->instructions.end() && found->address == address ? &*found : nullptr;
}

void RunTracer::find_stack_limit(std::uint32_t top) { stack_limit_ = stack_limit_of_ ? stack_limit_of_(top) : 0; }

bool RunTracer::all_aligned(std::span<const AlignedAccess> accesses, const Recipe::Grouping& grouping) const
{
    for (const AlignedAccess& access : accesses) {
        const Recipe::Place& place = grouping.places[access.operand];
        if ((streams_[place.group].start + static_cast<std::uint32_t>(place.offset)) & access.mask)
            return false;
    }
    return true;
}

/// Do the turns to come access memory as aligned as the first?
bool RunTracer::strides_aligned(std::span<const AlignedAccess> accesses, const Recipe::Grouping& grouping) const
{
    return std::ranges::none_of(accesses, [&](const AlignedAccess& access) { return streams_[grouping.places[access.operand].group].stride & access.mask; });
}

void RunTracer::exception_entered(unsigned exception, std::uint32_t handler, std::uint32_t frame, std::uint32_t stack_pointer)
{
    if (read_stack_next_)
        calls_.move_stack(frame); // the block before gave the thread another stack
    else
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
    if (path_)
        leave_path();
    if (turns_ > 1) {
        --turns_;
        finish(current_->address);
    }
    current_ = nullptr;
    expect_nothing();
    cut_ = false;
}

void RunTracer::stop() { calls_.end(listeners_); }

std::size_t RunTracer::add_stack_reader()
{
    recent_stack_lows_.push_back(~0u);
    return recent_stack_lows_.size() - 1;
}

std::uint32_t RunTracer::take_recent_stack_low(std::size_t reader) { return std::exchange(recent_stack_lows_[reader], ~0u); }

} // namespace sim
