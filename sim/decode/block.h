// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/decoder.h"
#include "sim/decode/recipe.h"

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace sim {

struct Path;

/// An access that faults unless it is aligned.
struct AlignedAccess {
    std::uint16_t instruction = 0; // index into the block
    std::uint16_t operand = 0; // of the recipe
    std::uint32_t mask = 0; // of the address bits that must be zero
};

/// Must an access of this instruction be aligned, whatever the configuration? (Armv7-M ARM DDI0403E, A3.2.1.)
bool always_needs_alignment(const Instruction& in);

/// A translation block of the emulator: instructions executed one after the other, entered at the first, left after the
/// last. Ends at branches, but also at page borders and after some hundred instructions, and may overlap another block:
/// whatever is said of a block must not depend on where it was cut.
struct Block {
    std::uint32_t id = 0; // dense, in order of first execution
    std::uint32_t address = 0, size = 0;
    std::vector<Instruction> instructions;
    Recipe recipe;
    std::vector<Recipe::Operand> operands; // the recipe's
    Recipe::Grouping singles; // for when operands are watched one by one
    bool repeats_itself = false; // its last instruction may lead back to its first
    bool observed = false; // its accesses are looked at while it executes: the recipe cannot tell an address
    bool seen = false; // it began at least once with its operands prepared
    bool idle = false; // it branches to itself and changes nothing: only an exception ends that
    bool divides = false;
    bool divides_watched = false; // looked at before they execute, since they may trap
    std::vector<AlignedAccess> aligned_always, aligned_strictly; // accesses that must be, by an architecture and trap setting; not those by sp, which is
    bool alignment_watched = false; // looked at while they execute, since one was not
    std::uint32_t macs = 0;

    Path* path = nullptr; // that begins here
    std::uint32_t heat = 0; // how often it was met where a path may begin
    std::uint8_t paths_tried = 0;

    Block* successors[2] = {nullptr, nullptr}; // where execution went from here before, latest first

    std::uint32_t end() const { return address + size; }
    const Instruction& last() const { return instructions.back(); }
    std::uint64_t count() const { return instructions.size(); }
};

/// All blocks seen, decoded once each.
class BlockTable {
public:
    /// The block, or null if it has not been seen.
    Block* find(std::uint32_t address, std::uint32_t size) const;
    /// Decodes `code`. `before`: the block that ran just before and fell through into this one, for an IT block that a
    /// translation block's end cut in two; else null.
    Block& add(std::span<const std::uint8_t> code, std::uint32_t address, const Block* before);

    std::span<const std::unique_ptr<Block>> blocks() const { return blocks_; }

private:
    Decoder decoder_;
    std::vector<std::unique_ptr<Block>> blocks_;
    std::unordered_map<std::uint64_t, Block*> by_place_; // looked up, never walked
};

} // namespace sim
