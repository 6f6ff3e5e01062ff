// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/comparison/run_diff.h"
#include "profiler/report/html/figure.h"

namespace comparison {

/// The call trees of two runs as one flame graph: a frame stands for the same path of functions in
/// both (layers by what they are: run_diff.h), is as wide as what both runs spent in it together,
/// and red where it got slower, blue where it got faster. Empty if one of them did not record
/// calls.
report::html::Markup flame_difference(const RunDiff& diff);

} // namespace comparison
