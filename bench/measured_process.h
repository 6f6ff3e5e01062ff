// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// What running a program to its end took, as the kernel accounts for it.
struct Measured {
    double user_seconds = 0;               // of the process and those it waited for
    std::uint64_t peak_resident_bytes = 0; // the larger of its own and of those it waited for
    std::string output;                    // stdout and stderr
};

/// Runs a program (path, or a name to find in PATH) with our environment. InputError with its
/// output if it cannot be started or does not end with exit code 0.
Measured run_measured(const std::vector<std::string>& command);

} // namespace bench
