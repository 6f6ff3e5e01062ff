// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/comparison/run_diff.h"
#include "profiler/report/fitted_table.h"
#include "profiler/report/text_style.h"

#include <cstddef>
#include <string>
#include <vector>

namespace comparison {

/// How much of a list is shown; what is left out is counted and summed.
struct DiffDetail {
    std::size_t layers = 20, functions = 10, instructions = 20;
};

/// A table that text, Markdown and HTML share. The first has no title: the totals.
struct DiffTable {
    std::string title;
    std::vector<report::FittedTable::Column> columns;
    std::vector<std::vector<std::string>> rows;
    std::string rest; // of what was left out; may be empty
};

std::vector<DiffTable> diff_tables(const RunDiff& diff, const DiffDetail& detail);

/// "run 17: mobilenet-v1-0.25-96:2 on stm32l4r5 120 MHz, dsp".
std::string name_of(const traces::Profile& profile);

/// Totals, then causes, layers, functions and instructions, what changed most first.
std::string diff_text(const RunDiff& diff, const DiffDetail& detail, report::TextStyle style);
/// The same tables for a comment on a pull request.
std::string diff_markdown(const RunDiff& diff, const DiffDetail& detail);
/// Everything, nothing left out; stable keys (docs/cli.md).
std::string diff_json(const RunDiff& diff);

} // namespace comparison
