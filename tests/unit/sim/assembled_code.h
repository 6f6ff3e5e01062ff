// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/instruction.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#define SKIP_WITHOUT_ASSEMBLER()                                                                   \
    if (!support::has_cross_assembler())                                                           \
    GTEST_SKIP() << "arm-none-eabi-gcc is not installed"

namespace sim_tests {

/// Machine code of Thumb assembly at address 0; cortex-m4 unless other compiler flags are given.
std::vector<std::uint8_t> machine_code(std::string_view source, const std::string& flags = {});
/// Its instructions.
std::vector<sim::Instruction> instructions(std::string_view source, const std::string& flags = {});

/// "r0 r4 s1": for messages and comparisons.
std::string text_of(sim::RegisterSet registers);
/// "load 2 x 4 at r0 + r1 << 2 + 8, base += 8" and so on; "none".
std::string text_of(const sim::Access& access);

} // namespace sim_tests
