// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/decode/block.h"

#include "base/check.h"

namespace sim {
namespace {

std::uint64_t key(std::uint32_t address, std::uint32_t size) { return (std::uint64_t {size} << 32) | address; }

/// How many instructions at the start of the next block the last IT instruction of `before` still governs.
std::size_t left_open(const Block& before)
{
    for (std::size_t back = 1; back <= 4 && back <= before.instructions.size(); ++back) {
        const Instruction& in = before.instructions[before.instructions.size() - back];
        if (in.timing_class == TimingClass::if_then) {
            std::size_t governed = in.words;
            return governed > back - 1 ? governed - (back - 1) : 0;
        }
    }
    return 0;
}

bool leads_to(const Instruction& last, std::uint32_t address)
{
    if (last.flow == Flow::conditional_branch || last.flow == Flow::branch || last.flow == Flow::call)
        return last.target == address;
    return last.flow != Flow::next;
}

} // namespace

Block* BlockTable::find(std::uint32_t address, std::uint32_t size) const
{
    auto found = by_place_.find(key(address, size));
    return found == by_place_.end() ? nullptr : found->second;
}

Block& BlockTable::add(std::span<const std::uint8_t> code, std::uint32_t address, const Block* before)
{
    std::vector<Instruction> instructions = decoder_.decode(code, address);
    CHECK(!instructions.empty());
    std::size_t open = before && before->end() == address ? left_open(*before) : 0;
    for (std::size_t i = 0; i < open && i < instructions.size(); ++i) {
        instructions[i].conditional = true;
        instructions[i].reads_flags = true;
        if (!instructions[i].has_access())
            instructions[i].semantics = Semantics::unknown;
    }

    Recipe recipe(instructions);
    std::uint32_t macs = 0;
    for (const Instruction& in : instructions)
        macs += in.macs;
    auto block = std::make_unique<Block>(Block {
        .id = static_cast<std::uint32_t>(blocks_.size()),
        .address = address,
        .size = static_cast<std::uint32_t>(code.size()),
        .instructions = instructions,
        .recipe = recipe,
        .operands = recipe.operands(),
        .singles = recipe.singles(),
        .repeats_itself = leads_to(instructions.back(), address),
        .observed = recipe.observes(),
        .macs = macs,
    });
    Block& result = *block;
    by_place_[key(address, result.size)] = &result;
    blocks_.push_back(std::move(block));
    return result;
}

} // namespace sim
