// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "profiler/batch/batch_plan.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace batch {

/// One run to be made.
struct Job {
    std::string target; // as the plan says it
    std::string file;   // what is loaded: a path from here, or the name of a network
    std::string chip, clock, kernels, planner, placement; // as the plan says them; empty: the usual one
    std::shared_ptr<const mcu::ChipModel> model; // at its clock, with its placement
    std::string key; // of the same work in any store: SHA-256 of all that decides the result
    bool is_elf = false;

    /// "mobilenet-v1-0.25-96:2 on stm32l4r5 at 80 MHz, kernels dsp, weights=dtcm".
    std::string text() const;
};

/// A combination that cannot be, and why.
struct SkippedJob {
    Job job;
    std::string reason;
};

/// All combinations of a plan, in the order of its lists: targets, kernels, planners, placements, chips, clocks.
struct Expansion {
    std::vector<Job> jobs;
    std::vector<SkippedJob> skipped;
    std::size_t excluded = 0; // by rules of the plan
};

/// InputError: no combination is left, or more than `most_jobs`.
Expansion expand(const BatchPlan& plan);
inline constexpr std::size_t most_jobs = 1'000'000;

/// Jobs that one process does, by index: the same firmware as far as one can know without building it, for chips of one core.
using Group = std::vector<std::size_t>;
std::vector<Group> group(const std::vector<Job>& jobs);

/// Part `number` of `count` (from 1) of the groups: every group is in exactly one part.
struct Shard {
    std::size_t number = 1, count = 1;
};
/// "3/16". InputError.
Shard parse_shard(const std::string& text);
std::vector<Group> part_of(std::vector<Group> groups, const Shard& shard);

} // namespace batch
