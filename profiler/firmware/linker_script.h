// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/firmware/memory_layout.h"

#include <string>

namespace firmware {

/// kernels/startup/firmware.ld.in filled in: the banks of the layout as memory regions, named as
/// the chip file names them ('+' becomes '_').
std::string linker_script(const MemoryLayout& layout, std::uint64_t stack_bytes);

/// The name of a bank in the linker script, and so in the linker's messages.
std::string linker_name(const Bank& bank);

} // namespace firmware
