// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/text_style.h"
#include "traces/profile.h"

#include <string>

namespace report {

/// One row per layer, one for what is outside layers, and the total; of more than `most` layers
/// those that cost most. Others are one row. SRAM is what a layer holds in the arena (tensors and
/// scratch), its total the largest. The energy column is there if any energy is known.
std::string layer_table(const traces::Profile& profile, TextStyle style, std::size_t most = 1000);

/// Every layer with when it began, what it cost and what it waited for.
std::string layer_calls(const traces::Profile& profile, TextStyle style = {});

} // namespace report
