// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/text_style.h"
#include "traces/trace_store.h"

#include <optional>
#include <span>
#include <string>

/// Tables of runs: one line each.
namespace report {

/// What is in the store, oldest first.
std::string run_list(std::span<const traces::RunSummary> runs, TextStyle style = {});

/// A run among others: measured, or the reason why there is none.
struct ComparedRun {
    traces::RunSummary summary;     // of one that did not run: target, chip, clock and kernels only
    std::optional<double> accuracy; // published, in percent, of trained weights; none: not known
    std::string obstacle;           // why it did not run, in a few words; empty: it ran
    bool best = false;              // gets a star

    bool ran() const { return obstacle.empty(); }
};

enum class Grouping { by_chip_and_clock, none };

/// Runs side by side, by chip and clock in the order of their first run, or one after the other.
/// `best_in` says what the stars mean: "both latency and SRAM".
std::string comparison(std::span<const ComparedRun> runs, Grouping grouping,
    const std::string& best_in, TextStyle style = {});

/// The same, where a star marks a run that no other run of its chip beats in both latency and SRAM
/// peak (and that ran to its end and fits).
std::string comparison(std::span<const traces::RunSummary> runs, TextStyle style = {});
std::string comparison(std::span<const traces::Profile> profiles, TextStyle style = {});

/// How it ended if not well ("fault"), what it has too much of ("SRAM +12.0 K"), or why it did not
/// run; else empty.
std::string trouble_of(const ComparedRun& run);

} // namespace report
