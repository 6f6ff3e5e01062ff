// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/peripherals/architecture.h"
#include "sim/peripherals/register_write.h"

#include <cstdint>
#include <functional>

namespace sim {

/// The ITM's 32 stimulus ports (Armv7-M ARM DDI0403E, C1.7; Armv8-M ARM DDI0553, D1.2): what
/// software writes to an enabled port goes out byte by byte, at once: a port is always ready.
/// Armv6-M has no ITM: reads zero.
///
/// With a probe, the unit starts as a trace probe leaves it that listens to all ports (TCR.ITMENA,
/// TER all ones), and software that only checks and sends, as CMSIS' ITM_SendChar does, is heard.
/// Without, software must set it up: DEMCR.TRCENA, LAR, TCR, TER. Not modeled: time stamps, the
/// time a trace pin would need.
class Instrumentation {
public:
    enum class Probe : unsigned char { absent, listening };
    /// `stimulus` gets port and byte; it may be empty.
    Instrumentation(Architecture architecture, Probe probe,
        std::function<void(unsigned port, char byte)> stimulus);

    /// 0xE0000000 to 0xE0000FFF.
    static bool holds(std::uint32_t address) { return address >> 12 == 0xe0000; }
    std::uint32_t read(std::uint32_t address) const;
    void write(std::uint32_t address, RegisterWrite write);
    void set_trace_enabled(bool on) { trace_enabled_ = on; } // DEMCR.TRCENA

private:
    bool port_enabled(unsigned port) const
    {
        return (trace_enabled_ || probe_ == Probe::listening) && bits(control_, 0)
            && bits(enabled_ports_, port);
    }
    void send(unsigned port, RegisterWrite write);

    Architecture architecture_;
    Probe probe_;
    std::function<void(unsigned, char)> stimulus_;
    std::uint32_t enabled_ports_, privileged_ports_ = 0, control_;
    bool has_lock_, locked_, trace_enabled_ = false;
};

} // namespace sim
