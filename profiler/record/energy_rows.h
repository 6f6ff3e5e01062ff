// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "profiler/record/recorder.h"
#include "sim/elf_image.h"
#include "traces/profile.h"

namespace record {

/// What the chip draws for what was recorded: of the run, its layers (which the profile has already), functions, memory
/// regions, and over time. Nothing if nobody knows what the chip draws.
///
/// Which function had a memory fetch a line is not recorded: functions share the term `memory` by the cycles that they
/// stood still for memory.
void describe_energy(traces::Profile& profile, const Recording& recording, const sim::ElfImage& image, const mcu::ChipModel& chip);

} // namespace record
