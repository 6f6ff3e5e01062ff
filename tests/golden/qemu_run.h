// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/firmware/firmware.h"

#include <cstdint>
#include <string>
#include <vector>

namespace golden {

/// qemu's machine with the memory map of a generic chip: "mps2-an386" for generic-m4.
std::string machine_for(const std::string& chip);

/// Whether qemu-system-arm and Python are there.
bool has_qemu();

/// Runs the firmware on qemu with these bytes in its inputs and returns what it prints about its
/// outputs, by number. A run that fails is a test failure (EXPECT) and gives what was printed until
/// then.
std::vector<std::vector<std::uint8_t>> run_on_qemu(const firmware::Firmware& firmware,
    const std::string& machine, const std::vector<std::vector<std::uint8_t>>& inputs);

} // namespace golden
