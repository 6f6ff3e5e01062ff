// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/record/recorder.h"
#include "sim/boot.h"
#include "sim/elf_image.h"
#include "traces/profile.h"

namespace record {

/// Functions of a run that have no symbol get a name, as in a stripped file.
void name_called_functions(sim::ElfImage& image, const Recording& recording);

/// Flash and static SRAM of a foreign ELF, from its sections, and warnings about it: no vector
/// table, built for another core, data that flash cannot hold, damaged debug information.
/// Left out: heap and stack, which are measured; weights, which are constants like others here.
void describe_image(traces::Profile& profile, const sim::ElfImage& image, const sim::Boot& boot,
    const mcu::ChipModel& chip);

} // namespace record
