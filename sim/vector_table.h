// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/elf_image.h"
#include "sim/memory/memory_map.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sim {

/// A vector table's first two words, and where it is.
struct VectorTable {
    std::uint32_t address = 0;
    std::uint32_t stack_pointer = 0;
    std::uint32_t reset = 0; // with the Thumb bit
    std::string found_by;    // "symbol g_pfnVectors", "section .isr_vector", "lowest address"
};

/// Looks where images keep their table: at known symbols, in known sections, behind the RP2040's
/// second boot stage (256 bytes), at the lowest address, at the start of other segments (also
/// behind a 512-byte header of a boot loader). What is there counts if it can be a table: the
/// initial stack pointer is a multiple of 4 at the end of or in memory, the reset vector is odd and
/// points to loaded code. `memory` holds the loaded image.
std::optional<VectorTable> find_vector_table(const ElfImage& image, const MemoryMap& memory);

} // namespace sim
