// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

namespace end_to_end {

/// Every cycle has a cause and an owner: causes, layers, functions and instructions sum to the
/// run's totals, and the bytes that were fetched are those of the instructions that ran. Sums are
/// made here anew, not by the profile's own check, which must agree.
void expect_balanced(const traces::Profile& profile);

} // namespace end_to_end
