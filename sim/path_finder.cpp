// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/path_finder.h"

#include <algorithm>
#include <utility>

namespace sim {
namespace {

constexpr unsigned most_tries = 10; // of paths from a block
constexpr std::uint32_t hot = 48, head_heat = 16;
constexpr std::uint64_t most_unrolled = 24; // turns of a block within a path

bool can_start(const Block& block) { return !block.observed && !block.recipe.stack_unknown(); }

} // namespace

/// Ever later, the more paths from here were given up.
void PathFinder::warm(Block& block, bool head)
{
    block.heat += head ? head_heat : 1;
    if (block.paths_tried < most_tries && block.heat >= hot << 2 * block.paths_tried
        && can_start(block)) {
        block.heat = 0;
        ++block.paths_tried;
        recorded_.push_back(&block);
    }
}

bool PathFinder::can_continue(const Block& to)
{
    return can_start(to) && !to.recipe.stack_low() && !(to.path && to.path->closed);
}

/// Would nobody be told of the passage, whatever ran before?
bool PathFinder::joins(const Block& from, const Block& to) const
{
    Flow flow = from.last().flow;
    if (flow != Flow::conditional_branch && flow != Flow::next && flow != Flow::branch)
        return false;
    const FunctionSymbol* function = image_.function_at(to.address);
    return !function || function->address != to.address || &to == recorded_.front();
}

void PathFinder::record(const Block* from, std::uint64_t turns, Block& to)
{
    if (from != recorded_.back()) {
        recorded_.clear();
        return;
    }
    if (turns > most_unrolled || (turns > 1 && recorded_.size() == 1)) {
        recorded_.pop_back();
        conclude(false);
        return;
    }
    if (turns > 1 && from->recipe.stack_low()) {
        recorded_.clear();
        return;
    }
    recorded_.insert(recorded_.end(), turns - 1, recorded_.back());
    if (!joins(*from, to)) {
        conclude(false);
    } else if (&to == recorded_.front()) {
        conclude(true);
    } else if (!can_continue(to) || recorded_.size() >= longest) {
        conclude(false);
    } else {
        recorded_.push_back(&to);
    }
}

void PathFinder::conclude(bool closed)
{
    std::vector<Block*> blocks = std::move(recorded_);
    recorded_.clear();
    establish(std::move(blocks), closed);
}

/// A part of the turns of a loop of one block: those are better counted.
void PathFinder::drop_repeated_end(std::vector<Block*>& blocks)
{
    const Block* repeated = blocks.back();
    while (!blocks.empty() && blocks.back() == repeated)
        blocks.pop_back();
}

/// The longest path of these blocks whose addresses can be told.
void PathFinder::establish(std::vector<Block*> blocks, bool closed)
{
    while (blocks.size() >= 2) {
        if (blocks.back() == blocks[blocks.size() - 2]) {
            drop_repeated_end(blocks);
            closed = false;
            continue;
        }
        auto path
            = std::make_unique<Path>(static_cast<std::uint32_t>(paths_.size()), blocks, closed);
        if (path->closed && !path->recipe.stack_returns())
            return;
        if (path->usable()) {
            blocks.front()->path = path.get();
            paths_.push_back(std::move(path));
            return;
        }
        closed = false; // what cannot be told may come late
        blocks.resize(path->tellable_steps());
    }
}

/// A path that most leave early is cut there; one that turns is worth it however it is left.
void PathFinder::judge(Path& path)
{
    std::uint64_t reached = path.starts;
    std::size_t good = path.steps.size();
    for (Path::Step& step : path.steps) {
        if (2 * step.left > reached && good > step.index)
            good = step.index + 1;
        reached -= std::exchange(step.left, 0);
    }
    bool unknown = path.unresolved > path.starts;
    if (unknown || (good < path.steps.size() && path.turns < 2 * path.starts)) {
        path.first().path = nullptr;
        std::vector<Block*> blocks;
        for (const Path::Step& step : path.steps)
            if (!unknown && step.index < good)
                blocks.push_back(step.block);
        establish(std::move(blocks), false);
    }
    path.starts = path.turns = path.unresolved = 0;
}

} // namespace sim
