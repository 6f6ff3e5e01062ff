// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <string>

namespace traces {

/// A line per stack that cost cycles: "reset;main;model_invoke;layer_000_conv_2d 3359582". The
/// first frame is the context. What flame graph scripts read; lines sum to the run's cycles.
std::string to_collapsed(const Profile& profile);

} // namespace traces
