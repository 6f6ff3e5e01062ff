// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/batch/worker_pool.h"
#include "profiler/progress.h"

#include <chrono>
#include <cstddef>
#include <string>

namespace batch {

/// Tells on stderr how far a batch is: a bar with rate and time left that rewrites itself on a terminal, a line of JSON a
/// job for programs, or nothing. Never part of a result.
class BatchProgress {
public:
    BatchProgress(profiler::Progress::Form form, std::size_t total, std::size_t workers);
    ~BatchProgress();
    BatchProgress(const BatchProgress&) = delete;
    BatchProgress& operator=(const BatchProgress&) = delete;

    void job_ended(const Job& job, const Report& report);
    /// Where the time went.
    void finish(const BatchResult& result);

private:
    void show();
    void clear();
    double jobs_a_minute() const;

    profiler::Progress::Form form_;
    std::size_t total_, workers_, ended_ = 0, failed_ = 0;
    bool shown_ = false;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

} // namespace batch
