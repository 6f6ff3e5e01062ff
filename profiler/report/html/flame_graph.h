// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/figure.h"
#include "traces/profile.h"

namespace report::html {

/// Profile::calls as a flame graph that hangs from its roots: a frame is as wide as a function's
/// cycles with all it calls, callees stand below their caller. Where nothing stands below a frame,
/// the function itself was at work. Frames too narrow to see (a thousandth of the cycles) are left
/// out below their caller and counted in the description. Empty if calls were not recorded.
Markup flame_graph(const traces::Profile& profile);

} // namespace report::html
