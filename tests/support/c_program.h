// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// Compiles and links one C file (or assembly, for `suffix` "s") with arm-none-eabi-gcc and a
/// linker script; without C library. Throws, with what the compiler said, if it cannot. Skip where
/// has_cross_assembler() is false.
std::vector<std::uint8_t> compile(std::string_view source, std::string_view linker_script,
    const std::string& flags, const std::string& suffix = "c");

/// Flash at `flash`, SRAM at 0x20000000: .isr_vector, .text, .data loaded behind it, .bss,
/// ._user_heap_stack; symbols as ST's scripts have them.
std::string plain_linker_script(std::uint32_t flash = 0x08000000);

} // namespace support
