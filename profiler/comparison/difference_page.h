// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/comparison/diff_report.h"

#include <string>

namespace comparison {

/// One self-contained HTML file: the differential flame graph, then the tables of diff_text.
std::string difference_page(const RunDiff& diff, const DiffDetail& detail);

} // namespace comparison
