// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/block.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sim {

/// Blocks that ran one after the other and are expected to do so again, within one function: the
/// way through a loop of several blocks, or a stretch between two such loops. One recipe tells the
/// addresses of all their accesses from the registers at the first block's entry, so following a
/// path costs a comparison a block, and a further turn of a closed one nothing more.
///
/// A path foretells nothing: execution may leave it after any block, and what ran until then is
/// what counts.
struct Path {
    struct Step {
        std::uint32_t address = ~0u, size = 0;
        const Step* next
            = nullptr; // after the last: the first if closed, else one that no block matches
        const Step* before = nullptr; // of the first: the last
        Block* block = nullptr;
        std::size_t index = 0;
        std::size_t first_operand = 0;  // of its block, among those of the path
        std::uint64_t instructions = 0; // of the path up to the end of this step
        bool leaves_by_branch = false;  // to the next step
        Recipe::Grouping grouping;      // its operands in the groups of the path
        std::uint64_t left = 0;         // so often the path was left after it
    };
    std::uint32_t id = 0;    // dense
    bool closed = false;     // the last block led to the first
    std::vector<Step> steps; // at least two
    Step beyond;             // of an open path
    Recipe recipe;
    bool aligned_always = false, aligned_strictly = false; // some block has such accesses

    // How well it is followed.
    std::uint64_t starts = 0, turns = 0, unresolved = 0;

    Path(std::uint32_t number, std::span<Block* const> blocks, bool leads_back);
    Path(const Path&) = delete;
    Path& operator=(const Path&) = delete;

    std::uint64_t count() const { return steps.back().instructions; }
    Block& first() const { return *steps.front().block; }
    /// Does each of its blocks end with another instruction?
    bool branches_differ() const;
    /// Can all addresses be told, at a bearable price?
    bool usable() const;
    /// Of a path that is not usable: so many of its steps may be, but fewer than all.
    std::size_t tellable_steps() const;
};

} // namespace sim
