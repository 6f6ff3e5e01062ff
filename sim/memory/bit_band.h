// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "sim/memory/memory_map.h"

#include <cstdint>

namespace sim {

/// Where some Cortex-M3 and M4 show each bit of the first MiB of SRAM as a word (Armv7-M ARM,
/// B3.1).
inline constexpr mcu::AddressRange sram_bit_band {0x22000000, 0x02000000};

/// 0 or 1; 0 where there is no memory.
std::uint32_t read_bit_band(const MemoryMap& memory, std::uint32_t address);
/// Bit 0 of `value` becomes the bit.
void write_bit_band(MemoryMap& memory, std::uint32_t address, std::uint32_t value);

} // namespace sim
