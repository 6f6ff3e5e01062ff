// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/text_style.h"
#include "traces/profile.h"

#include <string>
#include <string_view>

/// Who called whom, as text.
namespace report {

/// The call tree of each context, what costs most first; rows below `least` of the run's cycles are
/// left out and counted.
std::string call_tree(const traces::Profile& profile, TextStyle style = {}, double least = 0.005);

/// Callers and callees of one function over all paths. InputError, with the names most like it, if
/// it was not called.
std::string call_neighbors(
    const traces::Profile& profile, std::string_view function, TextStyle style = {});

/// Stacks: of each context with the calls where it was deepest, then of the functions, the deepest
/// first.
std::string stack_table(
    const traces::Profile& profile, TextStyle style = {}, std::size_t most = 40);

} // namespace report
