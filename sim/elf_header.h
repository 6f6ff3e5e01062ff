// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace sim {

/// Refuses what is no 32-bit little-endian Arm executable, by the first 52 bytes of the file:
/// InputError (`where` first) says what was found instead. Whether the rest of the file is there is
/// not looked at.
void check_elf_header(std::span<const std::uint8_t> bytes, const std::string& where);

} // namespace sim
