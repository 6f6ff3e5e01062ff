// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <cstdint>
#include <string>
#include <vector>

namespace comparison {

/// A thing of two runs: of both, inserted (no `before`) or removed (no `after`).
template <class Row>
struct Pair {
    const Row* before = nullptr;
    const Row* after = nullptr;
    bool is_pair() const { return before && after; }
};

/// Layers in execution order, matched by what they are, not by number: same operator and shape
/// match best, the same operator of another shape still does; order is kept. The rows outside
/// layers are a pair of their own, last.
std::vector<Pair<traces::Layer>> align_layers(
    const std::vector<traces::Layer>& before, const std::vector<traces::Layer>& after);

struct CauseChange {
    std::string name;
    std::uint64_t before = 0, after = 0;
};

/// Instructions of one function, matched in order of address by their text (where a branch leads
/// does not count: other code moves it).
struct FunctionPair : Pair<traces::Function> {
    std::vector<Pair<traces::Instruction>> instructions; // only of functions whose cycles differ
};

/// What changed between two runs. Points into the profiles, which must live as long.
/// Differences of the layers sum to the difference of the runs, and so do those of functions (self)
/// and causes.
struct RunDiff {
    const traces::Profile* before = nullptr;
    const traces::Profile* after = nullptr;
    std::vector<CauseChange> causes;         // the largest change first
    std::vector<Pair<traces::Layer>> layers; // in execution order
    std::vector<FunctionPair> functions;     // the largest change of own cycles first
};

RunDiff diff_runs(const traces::Profile& before, const traces::Profile& after);

/// after - before, of counts that may have grown or shrunk.
inline std::int64_t change(std::uint64_t before, std::uint64_t after)
{
    return static_cast<std::int64_t>(after - before);
}

/// Causes of one pair of rows, the largest change first; those that did not change are left out.
std::vector<CauseChange> changed_causes(const traces::Costs* before, const traces::Costs* after);

} // namespace comparison
