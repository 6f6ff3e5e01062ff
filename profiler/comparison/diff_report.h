// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/comparison/run_diff.h"
#include "profiler/report/text_style.h"

#include <cstddef>
#include <string>

namespace comparison {

/// How much of a list is shown; what is left out is counted and summed.
struct DiffDetail {
    std::size_t layers = 20, functions = 10, instructions = 20;
};

/// Totals, then causes, layers, functions and instructions, what changed most first.
std::string diff_text(const RunDiff& diff, const DiffDetail& detail, report::TextStyle style);
/// The same tables for a comment on a pull request.
std::string diff_markdown(const RunDiff& diff, const DiffDetail& detail);
/// Everything, nothing left out; stable keys (docs/cli.md).
std::string diff_json(const RunDiff& diff);

} // namespace comparison
