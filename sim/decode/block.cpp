// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/decode/block.h"

#include "base/check.h"

#include <algorithm>

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

std::vector<AlignedAccess> aligned_accesses(std::span<const Instruction> instructions, const Recipe& recipe, bool strictly)
{
    std::vector<AlignedAccess> result;
    for (std::size_t i = 0; i < recipe.operands().size(); ++i) {
        const Instruction& in = instructions[recipe.operands()[i].instruction];
        if (in.access.bytes == 1 || in.access.base == sp || in.access.base == pc || !(strictly || always_needs_alignment(in)))
            continue;
        result.push_back({recipe.operands()[i].instruction, static_cast<std::uint16_t>(i), in.access.bytes - 1u});
    }
    return result;
}

/// Branches to its start whatever happens, and computes nothing that outlasts the turn.
bool is_idle(std::span<const Instruction> instructions, std::uint32_t address)
{
    for (const Instruction& in : instructions.first(instructions.size() - 1))
        if (in.writes || in.sets_flags || in.has_access() || in.timing_class != TimingClass::hint || in.flow != Flow::next)
            return false;
    const Instruction& last = instructions.back();
    return last.flow == Flow::branch && last.target == address;
}

/// By a branch: after a call or a return to its own beginning the block runs for another call.
bool leads_to(const Instruction& last, std::uint32_t address)
{
    return (last.flow == Flow::conditional_branch || last.flow == Flow::branch) && last.target == address;
}

} // namespace

bool always_needs_alignment(const Instruction& in)
{
    switch (in.timing_class) {
    case TimingClass::load:
    case TimingClass::store:
    case TimingClass::store_register_offset: return in.access.count > 1;
    default: return in.has_access();
    }
}

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
        .idle = is_idle(instructions, address),
        .divides = std::ranges::any_of(instructions, [](const Instruction& in) { return in.timing_class == TimingClass::divide; }),
        .aligned_always = recipe.observes() ? std::vector<AlignedAccess> {} : aligned_accesses(instructions, recipe, false),
        .aligned_strictly = recipe.observes() ? std::vector<AlignedAccess> {} : aligned_accesses(instructions, recipe, true),
        .macs = macs,
    });
    Block& result = *block;
    by_place_[key(address, result.size)] = &result;
    blocks_.push_back(std::move(block));
    return result;
}

} // namespace sim
