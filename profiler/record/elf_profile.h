// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/record/recorder.h"
#include "traces/profile.h"

namespace record {

/// Flash and static SRAM of a foreign ELF, from what it loads; a layer for each call that
/// was asked for (`--layers`), and one row for the rest.
/// Left out: .bss and heap, so its SRAM peak is a lower bound; code and constants are not told apart.
void describe_elf(traces::Profile& profile, const Recording& recording, const sim::ElfImage& image, const mcu::ChipModel& chip);

} // namespace record
