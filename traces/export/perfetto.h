// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <string>

namespace traces {

/// JSON trace events, which ui.perfetto.dev and chrome://tracing open
/// (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU).
///
/// Layers lie where they were in time. Functions of a layer lie inside of it with their true
/// widths, but one after the other in the order of the call tree: a run does not record when each
/// of them ran. Functions that belong to no layer or to another flow of control are left out, and
/// counted in "otherData". Counters follow the layers: SRAM of tensors and scratch, power where
/// energy is known. Times are microseconds (of a chip without a clock: one a cycle); "args" hold
/// the exact cycles.
std::string to_perfetto(const Profile& profile);

} // namespace traces
