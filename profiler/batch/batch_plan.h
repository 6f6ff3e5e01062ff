// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace batch {

/// A value of a plan and where it stands: "plan.toml:7".
struct Entry {
    std::string text, where;
};

/// Combinations to leave out: all that is not empty must match. `target` and `chip` may hold * and ?.
struct Exclusion {
    std::string target, chip, clock, kernels, planner, placement;
};

/// What a job may take before it is given up.
struct Limits {
    std::uint64_t seconds = 600;                  // of one process: an emulation and all that is timed by it
    std::uint64_t memory_bytes = std::uint64_t {4} << 30; // address space of one process
    std::uint64_t retries = 1;                    // of a job whose process crashed or ran out of time or memory
    std::uint64_t instructions = 20'000'000'000;  // of one run
};

/// What a plan file says, names checked, nothing combined yet. Empty lists hold one entry: the usual one ("").
struct BatchPlan {
    std::filesystem::path folder;                 // of the file: what paths in it start from
    std::string where;                            // the file
    std::vector<Entry> targets, chips, clocks, kernels, planners, placements;
    std::vector<Exclusion> exclusions;
    Limits limits;
    bool keeps_instructions = false; // else runs are stored without a row an instruction, which are most of a run's bytes
};

/// InputError with file and line: not TOML, an unknown key or name (the nearest valid one), a pattern that matches no
/// file, a list without entries.
BatchPlan read_plan(const std::filesystem::path& path);
BatchPlan parse_plan(std::string_view text, const std::string& where, const std::filesystem::path& folder);

} // namespace batch
