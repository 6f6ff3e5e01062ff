// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <string>

namespace traces {

/// The format of pprof (profile.proto, https://github.com/google/pprof/blob/main/proto/README.md),
/// gzipped: a sample per row of the call tree with calls and self cycles, labelled with its
/// context. Cycles sum to the run's.
std::string to_pprof(const Profile& profile);

} // namespace traces
