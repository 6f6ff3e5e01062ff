// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/instruction.h"

#include <cstdint>
#include <unordered_map>

namespace sim {

/// Guesses which way conditional branches go. A branch met for the first time is guessed by its direction (backward
/// taken, forward not); after that by what it did before, as a counter of two bits keeps it: it takes two surprises in a
/// row to change the guess, so a loop's exit is one surprise and its next entry none.
///
/// Not modeled: a limit to the number of branches remembered, branches that share an entry, targets of indirect branches.
class BranchPredictor {
public:
    class Counter {
    public:
        explicit Counter(const Instruction& branch)
            : value_(branch.target <= branch.address ? weakly_taken : weakly_not_taken)
        {
        }
        /// The branch goes `times` in a row one way: how many of them were guessed wrong.
        std::uint32_t resolve(bool taken, std::uint64_t times);

    private:
        static constexpr std::uint8_t weakly_not_taken = 1, weakly_taken = 2, strongly_taken = 3;
        std::uint8_t value_;
    };

    /// Stays where it is as long as the predictor lives.
    Counter& counter_of(const Instruction& branch) { return counters_.try_emplace(branch.address, branch).first->second; }

private:
    std::unordered_map<std::uint32_t, Counter> counters_; // by address; looked up, never walked
};

} // namespace sim
