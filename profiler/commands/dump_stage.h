// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/commands/commands.h"
#include "profiler/profile_target.h"

namespace profiler {

/// Prints the stages that exist before anything runs: graph, plan, source, elf. False for any other
/// stage. InputError where the target has no such stage.
bool dump_before_run(const std::string& stage, const Target& target, const mcu::ChipModel& chip,
    const Request& request, Progress& progress, Console& console);

} // namespace profiler
