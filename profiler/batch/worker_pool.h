// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/batch/worker.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace batch {

/// What became of a batch.
struct BatchResult {
    /// By job; jobs that were never reached have none.
    std::vector<std::optional<Report>> reports;
    WorkTime time;                    // of all workers
    double seconds = 0;               // on the wall
    std::uint64_t largest_worker = 0; // bytes of memory that the largest held
    std::optional<std::string> stopped_by; // why it could not go on: a full disk, a store that is gone
    int interrupted_by = 0;           // a signal
};

/// Does the groups in worker processes, `workers` at a time. A process that crashes or runs out of time or memory costs its
/// own jobs an attempt only: a group is taken apart then, and whoever fails alone is tried `limits.retries` times more.
/// Ctrl-C ends the workers and comes back with what there is. `told` is called after each report of a job.
///
/// The calling process must have no other threads and hold no store open: workers are forked.
BatchResult run_groups(const std::vector<Group>& groups, const Work& work, std::size_t workers, const std::function<void(const Report&)>& told);

} // namespace batch
