// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/instrumentation.h"

namespace sim {
namespace {

// Armv7-M ARM, table C1-11.
constexpr std::uint32_t last_stimulus = 0xe000007c, trace_enable = 0xe0000e00,
                        trace_privilege = 0xe0000e40, trace_control = 0xe0000e80,
                        lock_access = 0xe0000fb0, lock_status = 0xe0000fb4;
constexpr std::uint32_t lock_key = 0xc5acce55;
constexpr std::uint32_t control_writable = 0x007f0f1f, ready = 1;

} // namespace

Instrumentation::Instrumentation(
    Architecture architecture, Probe probe, std::function<void(unsigned, char)> stimulus)
    : architecture_(architecture)
    , probe_(probe)
    , stimulus_(std::move(stimulus))
    , enabled_ports_(probe == Probe::listening ? ~0u : 0)
    , control_(probe == Probe::listening ? 1 : 0)
    , has_lock_(
          architecture == Architecture::v7m) // Cortex-M33: none (its TRM, ITM register summary)
    , locked_(has_lock_)
{
}

std::uint32_t Instrumentation::read(std::uint32_t address) const
{
    if (architecture_ == Architecture::v6m)
        return 0;
    if (address <= last_stimulus)
        return ready;
    switch (address) {
    case trace_enable:
        return enabled_ports_;
    case trace_privilege:
        return privileged_ports_;
    case trace_control:
        return control_;
    case lock_status:
        return has_lock_ ? 1u | std::uint32_t {locked_} << 1 : 0;
    default:
        return 0;
    }
}

void Instrumentation::send(unsigned port, RegisterWrite write)
{
    if (!port_enabled(port) || !stimulus_)
        return;
    for (unsigned lane = 0; lane < 4; ++lane)
        if (bits(write.lanes, 8 * lane))
            stimulus_(port, static_cast<char>(bits(write.value, 8 * lane, 8)));
}

void Instrumentation::write(std::uint32_t address, RegisterWrite write)
{
    if (architecture_ == Architecture::v6m)
        return;
    if (address <= last_stimulus)
        return send((address & 0x7f) / 4, write);
    if (address == lock_access)
        locked_ = has_lock_ && write.value != lock_key;
    if (locked_)
        return;
    switch (address) {
    case trace_enable:
        enabled_ports_ = write.over(enabled_ports_);
        return;
    case trace_privilege:
        privileged_ports_ = write.over(privileged_ports_, 0xf);
        return;
    case trace_control:
        control_ = write.over(control_, control_writable);
        return;
    default:
        return;
    }
}

} // namespace sim
