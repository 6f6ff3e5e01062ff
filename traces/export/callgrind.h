// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <string>

namespace traces {

/// The format of Callgrind (https://valgrind.org/docs/manual/cl-format.html), which KCachegrind and
/// callgrind_annotate open: a line per instruction with its address and source line; events are
/// cycles, instructions and the cycles of each cause, which sum to the run's.
///
/// Calls carry inclusive cycles only: a run does not record causes by caller. They stand at the
/// instruction that calls where there is only one, else at the caller's first line.
std::string to_callgrind(const Profile& profile);

} // namespace traces
