// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/decode/path.h"

#include <algorithm>
#include <set>

namespace sim {
namespace {

std::vector<Instruction> instructions_of(std::span<Block* const> blocks)
{
    std::vector<Instruction> all;
    for (const Block* block : blocks)
        all.insert(all.end(), block->instructions.begin(), block->instructions.end());
    return all;
}

} // namespace

Path::Path(std::uint32_t number, std::span<Block* const> blocks, bool leads_back)
    : id(number)
    , closed(leads_back)
    , steps(blocks.size())
    , recipe(instructions_of(blocks), leads_back ? Recipe::Turns::any : Recipe::Turns::one)
{
    std::size_t operand = 0;
    std::uint64_t instructions = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        Step& step = steps[i];
        Block& block = *blocks[i];
        bool last = i + 1 == blocks.size();
        instructions += block.count();
        step.address = block.address;
        step.size = block.size;
        step.next = !last ? &steps[i + 1] : closed ? &steps.front() : &beyond;
        step.before = i > 0 ? &steps[i - 1] : &steps.back();
        step.block = &block;
        step.index = i;
        step.first_operand = operand;
        step.instructions = instructions;
        step.leaves_by_branch = (last ? blocks.front() : blocks[i + 1])->address != block.end();
        auto begin = recipe.grouping().places.begin() + static_cast<std::ptrdiff_t>(operand);
        step.grouping.places.assign(
            begin, begin + static_cast<std::ptrdiff_t>(block.operands.size()));
        step.grouping.groups = recipe.grouping().groups;
        operand += block.operands.size();
        aligned_always = aligned_always || !block.aligned_always.empty();
        aligned_strictly = aligned_strictly || !block.aligned_strictly.empty();
    }
    beyond.before = &steps.back();
}

bool Path::usable() const
{
    constexpr std::size_t most_groups = 24, most_checks = 48;
    return !recipe.observes() && recipe.grouping().groups.size() <= most_groups
        && recipe.check_count() <= most_checks;
}

bool Path::branches_differ() const
{
    std::set<std::uint32_t> seen;
    return std::ranges::all_of(steps, [&](const Step& step) { return seen.insert(step.block->last().address).second; });
}

std::size_t Path::tellable_steps() const
{
    for (const Step& step : steps)
        for (std::size_t i = 0; i < step.block->operands.size(); ++i)
            if (recipe.operands()[step.first_operand + i].observed)
                return step.index;
    return steps.size() / 2;
}

} // namespace sim
