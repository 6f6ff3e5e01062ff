// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/markup.h"
#include "traces/profile.h"

namespace report::html {

/// Charts with a bar a layer (and one for what is outside layers), and of a run as a whole. Each is
/// empty if the run has nothing to show.

/// Cycles of the run by cause, one bar.
Markup cause_chart(const traces::Profile& profile);
/// Cycles of each layer by cause.
Markup layer_cause_chart(const traces::Profile& profile);
/// What each layer holds of SRAM, with the chip's limit.
Markup layer_sram_chart(const traces::Profile& profile);
/// Bytes read, written and fetched by memory region.
Markup traffic_chart(const traces::Profile& profile);
/// Energy of the run by term, one bar.
Markup energy_chart(const traces::Profile& profile);
/// Energy of each layer, by term where the terms are known.
Markup layer_energy_chart(const traces::Profile& profile);

} // namespace report::html
