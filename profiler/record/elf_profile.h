// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/record/recorder.h"
#include "traces/profile.h"

namespace record {

/// The layers of a foreign ELF: one for each call that was asked for (`--layers`), and one row for the rest.
void describe_elf(traces::Profile& profile, const Recording& recording, const sim::ElfImage& image, const mcu::ChipModel& chip);

} // namespace record
