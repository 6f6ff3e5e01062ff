// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <cstdint>
#include <vector>

namespace traces {

/// A layer on the time line: from its first call on, as long as it took.
struct LayerTime {
    const Layer* layer = nullptr;
    std::uint64_t begin = 0, end = 0; // cycles since the inference began
};

/// The layers whose time is known, in the order in which they began; they do not overlap. Left out:
/// the row outside layers, layers that cost nothing, and rows that sum up several calls (they would
/// overlap what comes after them).
std::vector<LayerTime> layer_times(const Profile& profile);

} // namespace traces
