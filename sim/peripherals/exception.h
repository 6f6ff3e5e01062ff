// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

/// Exception numbers (Armv7-M ARM DDI0403E, table B1-4; Armv8-M ARM DDI0553, B3.7). Interrupt n is
/// first_interrupt + n.
namespace sim::exception {

inline constexpr unsigned none = 0, reset = 1, nmi = 2, hard_fault = 3, memory_management = 4,
                          bus_fault = 5, usage_fault = 6, secure_fault = 7, svcall = 11,
                          debug_monitor = 12, pendsv = 14, systick = 15, first_interrupt = 16;
inline constexpr unsigned most = 512; // exceptions any of the architectures can number

} // namespace sim::exception

namespace sim {

/// The core's mask registers as they are now.
struct Masks {
    bool primask = false, faultmask = false;
    std::uint32_t basepri = 0; // 0: masks nothing
};

} // namespace sim
