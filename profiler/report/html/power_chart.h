// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/markup.h"
#include "traces/profile.h"

namespace report::html {

/// Power over time, a step a sample, and a band to point at for each layer. Empty if the run has no
/// samples or no clock.
Markup power_chart(const traces::Profile& profile);

} // namespace report::html
