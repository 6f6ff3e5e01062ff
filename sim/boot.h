// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "sim/elf_image.h"
#include "sim/memory/memory_map.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sim {

/// Where a core begins after reset.
///
/// Boot ROMs and second boot stages (RP2040, RP2350) are not run: what they would do before the
/// application's vector table is taken is left out.
struct Boot {
    std::uint32_t stack_pointer = 0, first_pc = 0; // first_pc without the Thumb bit
    std::optional<std::uint32_t>
        vector_table; // where chip or boot code would point VTOR; none: started at the ELF's entry
    std::string found_by; // how: "symbol g_pfnVectors", "entry point of the ELF file"
};

/// Puts the image into memory and finds its beginning: from its vector table, else from the ELF's
/// entry point with the stack at the end of the largest SRAM, which a C library's own start-up code
/// then moves. InputError if the image does not fit (which section, which bank, by how much), if
/// there is neither, or if the entry point is Arm code.
Boot load_image(
    MemoryMap& memory, const ElfImage& image, const mcu::ChipModel& chip, const std::string& where);

} // namespace sim
