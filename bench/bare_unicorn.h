// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "sim/elf_image.h"

#include <cstdint>

namespace bench {

enum class Hooks : std::uint8_t {
    none,   // but what ends the run
    blocks, // one that only returns: what any profiler on this emulator pays
};

/// Runs the firmware on Unicorn with nothing that watches: what profiling is measured against.
/// Memory is mapped as sim::Machine does it; the system control space is plain memory. Semihosting
/// output is dropped. Gives the firmware's exit code. InputError if it ends in another way.
int run_bare(const mcu::ChipModel& chip, const sim::ElfImage& image, Hooks hooks);

} // namespace bench
