// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/text_style.h"
#include "traces/profile.h"

#include <string>
#include <string_view>

namespace report {

/// How the function's hottest basic block goes through the core's pipeline: an instruction a line, cycles from left to right, a
/// letter for what each is spent on; turn after turn of a loop until all further turns are alike. Timed anew from the
/// instructions that the run stored, without waits of memory; what they cost in the run stands below.
///
/// InputError: the run has no such function, or was stored before runs kept what instructions are.
std::string issue_timeline(const traces::Profile& profile, std::string_view function, TextStyle style = {});

} // namespace report
