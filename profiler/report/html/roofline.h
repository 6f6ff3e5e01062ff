// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/markup.h"
#include "traces/profile.h"

#include <optional>

namespace report::html {

/// What a chip can do at best; what is not known is 0.
struct Roofs {
    double macs_per_cycle = 0;        // of the core's best multiply-accumulate instruction
    double flash_bytes_per_cycle = 0; // line after line, at the run's clock, without a cache
};

/// Layers by what they do with a byte from flash (MACs a byte) and how fast they are (MACs a
/// cycle), below the core's and the flash's roof. Empty if no layer has MACs.
Markup roofline(const traces::Profile& profile, const Roofs& roofs);

} // namespace report::html
