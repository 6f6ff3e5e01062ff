// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/figure.h"
#include "traces/profile.h"

namespace report::html {

/// Which tensor lies where in the arena while which layers run: layers to the right, offsets
/// upwards. Empty if the run has no arena.
Markup arena_map(const traces::Profile& profile);

} // namespace report::html
