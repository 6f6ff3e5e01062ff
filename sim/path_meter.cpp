// SPDX-License-Identifier: GPL-2.0-or-later
//
// How a meter counts blocks that ran along a path. What a turn of it costs without waits is kept by
// the pipeline state it is entered in; where code and data cannot wait that is all. Where they can,
// the blocks are added one by one until nothing more can happen to their code.
#include "sim/meter.h"

#include "sim/operand_streams.h"

#include <algorithm>

namespace sim {
namespace {

/// Turns until a group of the first turn's streams leaves the range it lies in.
std::uint64_t turns_inside(const PathRun& run, std::span<const mcu::AddressRange> ranges)
{
    std::uint64_t turns = ~std::uint64_t {0};
    for (std::size_t g = 0; g < run.streams.size(); ++g)
        turns = std::min(turns, turns_inside(ranges[g], run.path->recipe.grouping().groups[g], run.streams[g]));
    return turns;
}

bool is_aligned(const PathRun& run, std::uint64_t turns)
{
    for (std::size_t g = 0; g < run.streams.size(); ++g)
        if (!is_aligned(run.path->recipe.grouping().groups[g], run.streams[g], turns))
            return false;
    return true;
}

/// One step of a path run as a run of its block; `streams` of the turn it belongs to.
BlockRun step_run(
    const PathRun& run, const Path::Step& step, bool last, std::span<const Recipe::Stream> streams)
{
    return {.block = step.block,
        .turns = 1,
        .grouping = &step.grouping,
        .streams = streams,
        .skipped = {},
        .left_by_branch = last ? run.left_by_branch : step.leaves_by_branch};
}

/// Calls use(step, whether it is the run's last, streams of its turn) for each block of the run, in
/// order.
template <class Use>
void for_steps(const PathRun& run, Use use)
{
    std::vector<Recipe::Stream> streams(run.streams.begin(), run.streams.end());
    for (std::uint64_t turn = 0; turn < run.turns; ++turn) {
        bool last_turn = turn + 1 == run.turns && run.steps == 0;
        for (const Path::Step& step : run.path->steps)
            use(step, last_turn && &step == &run.path->steps.back(), streams);
        move_on(streams, 1);
    }
    for (std::size_t i = 0; i < run.steps; ++i)
        use(run.path->steps[i], i + 1 == run.steps, streams);
}

} // namespace

std::uint64_t Meter::longest_turn(const Path& path)
{
    std::uint64_t cycles = 0;
    for (const Path::Step& step : path.steps)
        cycles += longest_turn(*step.block);
    return cycles;
}

Meter::PathState& Meter::state_of(const Path& path)
{
    if (path.id >= paths_.size())
        paths_.resize(path.id + 1);
    PathState& state = paths_[path.id];
    if (!state.seen) {
        state.seen = true;
        for (const Path::Step& step : path.steps)
            state.code_waits = state.code_waits || state_of(*step.block).code_waits;
    }
    return state;
}

Meter::PathPlace* Meter::place_of(PathState& state, const PathRun& run)
{
    auto matches = [&](const PathPlace& place) {
        const Recipe::Stream* stream = run.streams.data();
        for (const PathPlace::Window& window : place.windows)
            if (stream++->start - window.first > window.span)
                return false;
        return true;
    };
    if (state.latest && matches(*state.latest))
        return state.latest;
    for (const auto& place : state.places)
        if (matches(*place))
            return state.latest = place.get();
    return new_place(state, run);
}

/// Null if some group lies across a border.
Meter::PathPlace* Meter::new_place(PathState& state, const PathRun& run)
{
    const Path& path = *run.path;
    auto made = std::make_unique<PathPlace>();
    for (std::size_t g = 0; g < run.streams.size(); ++g) {
        const Recipe::Group& group = path.recipe.grouping().groups[g];
        const mcu::AddressRange& range = made->ranges.emplace_back(memory_.range_at(run.streams[g].start));
        if (!lies_in(range, group, run.streams[g].start))
            return nullptr;
        made->windows.push_back(
            {range.start - static_cast<std::uint32_t>(group.low), range.size - static_cast<std::uint32_t>(group.high - group.low)});
    }
    for (const Path::Step& step : path.steps) {
        BlockState& block_state = state_of(*step.block);
        made->signatures.push_back(
            signature_of(block_state, step_run(run, step, false, run.streams)));
        const Signature& signature = *block_state.signatures[made->signatures.back()];
        for (std::size_t i = 0; i < signature.regions.size(); ++i) {
            if (!memory_.data_can_wait(signature.regions[i]))
                continue;
            std::uint16_t instruction = step.block->operands[i].instruction;
            const Access& access = step.block->instructions[instruction].access;
            made->waiting.push_back({.operand = step.first_operand + i,
                .step = step.index,
                .stream = {instruction, signature.regions[i], access.kind, access.bytes,
                    access.count, 0, 0}});
        }
    }
    state.places.push_back(std::move(made));
    return state.latest = state.places.back().get();
}

void Meter::complete_end(
    PathPlace& place, PathWay& way, const Path& path, std::size_t step, bool by_branch)
{
    auto variant = [&](std::size_t i, PipelineState entry, bool leaves) -> Variant& {
        const Block& block = *path.steps[i].block;
        return variant_of(state_of(block), block, entry, place.signatures[i],
            leaves ? Left::by_branch : Left::falling_through);
    };
    auto entry_of
        = [&](std::size_t i) { return i == 0 ? way.entry : way.steps[i - 1]->timing.exit; };
    while (way.steps.size() < step)
        way.steps.push_back(&variant(way.steps.size(), entry_of(way.steps.size()),
            path.steps[way.steps.size()].leaves_by_branch));

    PathEnd& end = way.ends[2 * step + by_branch];
    end.way = &way;
    end.step = step;
    end.last = &variant(step, entry_of(step), by_branch);
    end.exit = end.last->timing.exit;
    end.cycles = end.last->timing.cycles;
    end.guesses = end.last->guess != nullptr;
    for (std::size_t i = 0; i < step; ++i) {
        end.cycles += way.steps[i]->timing.cycles;
        end.guesses = end.guesses || way.steps[i]->guess != nullptr;
    }
}

Meter::PathEnd& Meter::end_of(PathPlace& place, const Path& path, std::size_t step, bool by_branch)
{
    if (!place.latest || place.latest->entry != pipeline_) {
        auto found
            = std::ranges::find(place.ways, pipeline_, [](const auto& way) { return way->entry; });
        if (found == place.ways.end()) {
            place.ways.push_back(std::make_unique<PathWay>());
            found = place.ways.end() - 1;
            (*found)->entry = pipeline_;
            (*found)->ends.resize(2 * path.steps.size());
            (*found)->branches_differ = path.branches_differ();
        }
        place.latest = found->get();
    }
    PathEnd& end = place.latest->ends[2 * step + by_branch];
    if (!end.way)
        complete_end(place, *place.latest, path, step, by_branch);
    return end;
}

void Meter::count(PathEnd& end, std::uint64_t turns)
{
    now_ += base::Cycles(end.cycles * turns);
    pipeline_ = end.exit;
    if (end.turns == 0)
        dirty_ends_.push_back(&end);
    end.turns += turns;
    if (end.guesses)
        guess_branches(end, turns);
}

void Meter::guess_branches(PathEnd& end, std::uint64_t turns)
{
    // What is guessed rests on what the same branch did before, so it matters if one comes several times in a turn.
    std::uint64_t at_once = end.way->branches_differ ? turns : 1;
    for (std::uint64_t turn = 0; turn < turns; turn += at_once) {
        for (std::size_t i = 0; i < end.step; ++i)
            if (end.way->steps[i]->guess)
                guess_branches(*end.way->steps[i], at_once);
        if (end.last->guess)
            guess_branches(*end.last, at_once);
    }
}

void Meter::settle_paths()
{
    for (PathEnd* end : dirty_ends_) {
        for (std::size_t i = 0; i < end->step; ++i)
            mark(*end->way->steps[i], end->turns);
        mark(*end->last, end->turns);
        end->turns = 0;
    }
    dirty_ends_.clear();
}

void Meter::count_path(PathPlace& place, const PathRun& run)
{
    const Path& path = *run.path;
    std::size_t last = path.steps.size() - 1;
    for (std::uint64_t back = run.turns - (run.steps == 0); back > 0;) {
        PathEnd& end = end_of(place, path, last, path.steps[last].leaves_by_branch);
        std::uint64_t alike = end.exit == end.way->entry ? back : 1;
        count(end, alike);
        back -= alike;
    }
    count(end_of(place, path, run.steps ? run.steps - 1 : last, run.left_by_branch), 1);
}

void Meter::add(const PathRun& run)
{
    PathState& state = state_of(*run.path);
    PathRun rest = run;
    std::vector<Recipe::Stream> streams;
    for (;;) {
        std::uint64_t turns = rest.turns + (rest.steps > 0);
        PathPlace* place = place_of(state, rest);
        std::uint64_t inside = !place ? 1
            : turns == 1              ? 1
                                      : std::min(turns, turns_inside(rest, place->ranges));
        PathRun part = rest;
        if (inside < turns) { // a stream reaches another bank: what comes then lies elsewhere
            part.turns = inside;
            part.steps = 0;
            part.left_by_branch = run.path->steps.back().leaves_by_branch;
        }
        if (place)
            add_placed(state, *place, part, !is_aligned(part, inside));
        else
            add_by_blocks(part);
        if (inside == turns)
            return;
        if (streams.empty())
            streams.assign(run.streams.begin(), run.streams.end());
        move_on(streams, inside);
        rest.turns -= inside;
        rest.streams = streams;
    }
}

void Meter::add_by_blocks(const PathRun& run)
{
    for_steps(run, [&](const Path::Step& step, bool last, std::span<const Recipe::Stream> streams) {
        add(step_run(run, step, last, streams));
    });
}

void Meter::add_by_steps(PathPlace& place, const PathRun& run, bool unaligned)
{
    for_steps(run, [&](const Path::Step& step, bool last, std::span<const Recipe::Stream> streams) {
        BlockRun block_run = step_run(run, step, last, streams);
        add_turns(state_of(*step.block), block_run, place.signatures[step.index], 1,
            block_run.left_by_branch, unaligned);
    });
}

bool Meter::code_is_resident(const Path& path) const
{
    return std::ranges::all_of(path.steps, [&](const Path::Step& step) {
        const BlockState& state = blocks_[step.block->id];
        return !state.code_waits || memory_.resident(state.code_region, state.residence);
    });
}

bool Meter::shares_caches(const Path& path, const PathPlace& place) const
{
    RegionIndex code = blocks_[path.first().id].code_region;
    return std::ranges::any_of(place.waiting, [&](const WaitingOperand& operand) {
        return memory_.share_cache(code, operand.stream.region);
    });
}

void Meter::fetch_resident(const PathRun& run)
{
    auto fetch = [&](const Path::Step& step, std::uint64_t turns) {
        BlockState& state = blocks_[step.block->id];
        if (state.code_waits)
            memory_.fetch(
                *step.block, state.code_region, state.residence, {}, 0, now_, turns, waits_);
    };
    if (run.turns > 0)
        for (const Path::Step& step : run.path->steps)
            fetch(step, run.turns);
    for (std::size_t i = 0; i < run.steps; ++i)
        fetch(run.path->steps[i], 1);
}

/// Data waits of `turns` turns from the turn `from_turn` on, of their first `steps` steps.
void Meter::add_path_waits(PathPlace& place, const PathRun& run, std::uint64_t from_turn,
    std::uint64_t turns, std::size_t steps)
{
    if (turns == 0 || steps == 0)
        return;
    streams_.clear();
    for (std::size_t i = 0; i < place.waiting.size() && place.waiting[i].step < steps; ++i) {
        const Recipe::Place& where = run.path->recipe.grouping().places[place.waiting[i].operand];
        const Recipe::Stream& group = run.streams[where.group];
        AccessStream stream = place.waiting[i].stream;
        stream.start = group.start + static_cast<std::uint32_t>(where.offset)
            + static_cast<std::uint32_t>(from_turn) * group.stride;
        stream.stride = group.stride;
        stream.instruction = static_cast<std::uint16_t>(i);
        streams_.push_back(stream);
    }
    waits_.clear();
    memory_.run(streams_, turns, waits_);
    for (const Wait& wait : waits_) {
        const WaitingOperand& operand = place.waiting[wait.instruction];
        const Block& block = *run.path->steps[operand.step].block;
        bool load = operand.stream.kind == Access::Kind::load;
        charge(state_of(block), block, operand.stream.instruction,
            load ? Cause::load_wait : Cause::store_wait, wait.cycles);
    }
}

/// Accesses at unaligned addresses in `turns` turns from the turn `from_turn` on, of their first `steps` steps.
void Meter::add_path_unaligned(const PathRun& run, std::uint64_t from_turn, std::uint64_t turns, std::size_t steps)
{
    if (turns == 0)
        return;
    const std::vector<Recipe::Place>& places = run.path->recipe.grouping().places;
    for (std::size_t i = 0; i < steps; ++i) {
        const Path::Step& step = run.path->steps[i];
        for (std::size_t operand = 0; operand < step.block->operands.size(); ++operand) {
            const Recipe::Place& where = places[step.first_operand + operand];
            const Recipe::Stream& group = run.streams[where.group];
            std::uint32_t start = group.start + static_cast<std::uint32_t>(where.offset) + static_cast<std::uint32_t>(from_turn) * group.stride;
            charge_unaligned(*step.block, operand, {start, group.stride}, turns);
        }
    }
}

void Meter::add_placed(PathState& state, PathPlace& place, const PathRun& run, bool unaligned)
{
    if (!state.code_waits && place.waiting.empty() && !unaligned) {
        count_path(place, run);
        return;
    }
    // Turn by turn until no fetch can wait any more; then data cannot delay code nor code data.
    PathRun rest = run;
    std::vector<Recipe::Stream> streams;
    bool apart = !state.code_waits || !shares_caches(*run.path, place);
    while (!(apart && code_is_resident(*run.path))) {
        bool last = rest.turns + (rest.steps > 0) == 1;
        if (last) {
            add_by_steps(place, rest, unaligned);
            return;
        }
        PathRun one = rest;
        one.turns = 1;
        one.steps = 0;
        one.left_by_branch = run.path->steps.back().leaves_by_branch;
        add_by_steps(place, one, unaligned);
        if (streams.empty())
            streams.assign(run.streams.begin(), run.streams.end());
        move_on(streams, 1);
        --rest.turns;
        rest.streams = streams;
    }
    count_path(place, rest);
    fetch_resident(rest);
    add_path_waits(place, rest, 0, rest.turns, run.path->steps.size());
    add_path_waits(place, rest, rest.turns, 1, rest.steps);
    if (unaligned) {
        add_path_unaligned(rest, 0, rest.turns, run.path->steps.size());
        add_path_unaligned(rest, rest.turns, 1, rest.steps);
    }
}

} // namespace sim
