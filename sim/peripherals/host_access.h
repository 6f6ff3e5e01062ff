// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/peripherals/console.h"

#include <optional>
#include <string>

namespace sim {

/// What a run gives the firmware of the host. Without it: nothing.
struct HostAccess {
    std::string command_line {};         // program name and arguments, for SYS_GET_CMDLINE
    std::optional<std::string> files {}; // the folder that semihosting may open files in
    Console::Live console {};            // gets what is printed as it comes
};

} // namespace sim
