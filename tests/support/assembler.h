// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// Is arm-none-eabi-gcc installed? Tests that need it are skipped where it is not.
bool has_cross_assembler();

/// Thumb assembly (unified syntax) to an ELF executable whose sections lie at `address`, in order.
/// Throws, with what the assembler said, if it does not assemble.
///
/// Beside instructions the source may use these macros:
///   function NAME ... endfunction NAME    a global function with its size
///   vectors STACK_TOP                     a vector table that starts at the function `start`
///   exit CODE                             ends through semihosting
std::vector<std::uint8_t> assemble(
    std::string_view source, const std::string& compiler_flags, std::uint32_t address);

inline constexpr const char* cortex_m0plus_flags = "-mcpu=cortex-m0plus -mthumb";
inline constexpr const char* cortex_m4_flags
    = "-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard";

} // namespace support
