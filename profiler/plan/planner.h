// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/plan/optimal_placement.h"
#include "profiler/plan/patches.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plan {

/// How tensors get their bytes of the arena.
enum class Planner {
    greedy,  // first fit, the best of several orders
    optimal, // branch and bound
    inplace, // and outputs over inputs where the kernels can
    patch,   // and the first layers part by part of the image
};

struct PlannerInfo {
    Planner planner;
    std::string_view name, meaning;
};

/// One row a planner, in the order of Planner.
inline constexpr std::array planner_infos {
    PlannerInfo {Planner::greedy, "greedy", "first fit by size, by life, by fullest step, by order; the best of them"},
    PlannerInfo {Planner::optimal, "optimal", "branch and bound from there, within --planner-nodes"},
    PlannerInfo {Planner::inplace, "inplace", "optimal, and what can compute in place does: depthwise, add, activations"},
    PlannerInfo {Planner::patch, "patch", "inplace, and the first layers run patch by patch (--patch; else the grid of the smallest arena)"},
};

std::string_view name_of(Planner planner);
/// InputError that lists the planners if there is none of this name.
Planner planner_named(std::string_view name);

struct PlannerOptions {
    Planner planner = Planner::greedy;
    std::uint64_t node_limit = default_node_limit; // of the search, where there is one
    std::optional<PatchGrid> patch {};             // none: the planner chooses
    bool given = false;                            // someone asked for it
};

/// What a run says of its planner, read again: "inplace", "patch 4x4@8". InputError as above, or of the grid.
PlannerOptions planner_options(std::string_view text);

} // namespace plan
