// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/text_style.h"
#include "traces/profile.h"

#include <cstdint>
#include <string>

namespace report {

/// Which layer holds most of the arena, and how many bytes: of tensors that lie over each other (a
/// layer that computes in place) the larger.
struct ArenaPeak {
    int layer = -1; // the first of several; -1: there is no arena
    std::uint64_t bytes = 0;
};
ArenaPeak arena_peak(const traces::Profile& profile);

/// The arena over the layers: a row each tensor and scratch buffer in the order in which they appear,
/// with its bytes, and a column each layer (or so many layers that it fits) that shows when it lives.
/// Above them how full the arena is.
std::string arena_map(const traces::Profile& profile, TextStyle style = {});

} // namespace report
