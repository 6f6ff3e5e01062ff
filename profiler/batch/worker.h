// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/batch/job.h"
#include "traces/job.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace batch {

/// Where a worker's time went, in seconds of the clock on the wall.
struct WorkTime {
    double loading = 0, compiling = 0, emulating = 0, storing = 0;

    double total() const { return loading + compiling + emulating + storing; }
    WorkTime& operator+=(const WorkTime& other);
};

/// What a worker tells the process that started it, a line each.
struct Report {
    enum class Kind { done, failed, cannot_go_on, time } kind = Kind::done;
    std::size_t job = 0;
    std::string run {};          // of done
    bool ended_well = true;      // of done: else the firmware failed
    std::string failure {}, reason {}; // of failed; of cannot_go_on the reason
    WorkTime time {};

    std::string line() const;
    static Report parse(const std::string& line);
};

/// What all workers share.
struct Work {
    const std::vector<Job>& jobs;
    std::filesystem::path store;
    Limits limits;
    bool keeps_instructions = false;
};

/// What `work_on` returns when memory ran out.
inline constexpr int exit_out_of_memory = 75;

/// In a process of its own: runs the jobs of a group, all chips by one emulation where possible, adds each to the store in
/// a transaction of its own, reports to the file `reports`, and returns the process's exit code. Throws nothing.
int work_on(const Group& group, std::uint64_t attempt, const Work& work, int reports);

/// The job as the store keeps it.
traces::Job row_of(const Job& job, std::uint64_t attempt);

} // namespace batch
