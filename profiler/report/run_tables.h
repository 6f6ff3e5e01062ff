// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/text_style.h"
#include "traces/trace_store.h"

#include <span>
#include <string>

/// Tables of runs: one line each.
namespace report {

/// What is in the store, oldest first.
std::string run_list(std::span<const traces::RunSummary> runs, TextStyle style = {});

/// Runs side by side, by chip and clock in the order of their first run. A star marks a run that no
/// other run of its chip beats in both latency and SRAM peak (and that ran to its end and fits).
std::string comparison(std::span<const traces::RunSummary> runs, TextStyle style = {});
std::string comparison(std::span<const traces::Profile> profiles, TextStyle style = {});

} // namespace report
