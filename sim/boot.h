// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "sim/elf_image.h"
#include "sim/memory/memory_map.h"

#include <cstdint>
#include <string>

namespace sim {

/// Where a core begins after reset.
struct Boot {
    std::uint32_t stack_pointer = 0, first_pc = 0; // first_pc without the Thumb bit
};

/// Puts the image into memory and finds its beginning: from the vector table at the lowest loaded address, else from the
/// ELF's entry point with the stack at the end of SRAM. InputError if the image does not fit (which bank, by how much).
Boot load_image(MemoryMap& memory, const ElfImage& image, const mcu::ChipModel& chip, const std::string& where);

} // namespace sim
