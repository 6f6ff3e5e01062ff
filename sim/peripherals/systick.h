// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/peripherals/register_write.h"

#include <cstdint>
#include <optional>

namespace sim {

/// The 24-bit timer of the core, on the model's time (Armv7-M ARM DDI0403E, B3.3; the other
/// architectures have the same).
///
/// Counts down from its current value, loads RVR at the tick after zero (so its period is RVR + 1),
/// and asks for its exception when it counts from 1 to 0. An RVR of 0 stops it at the next zero.
/// Enabling it goes on from the value it has; software clears that first by writing CVR. The
/// external reference clock is the core's divided by a whole number, with edges at multiples of it.
/// State is a value at a tick, never stepped: a jump of any length costs the same.
class SysTick {
public:
    /// 0: no reference clock (CALIB.NOREF; CLKSOURCE reads as one).
    explicit SysTick(unsigned reference_divider);

    /// Cycle counts may not go back; one that does changes nothing.
    /// True if the exception became due on the way.
    bool advance(std::uint64_t now);
    /// Cycle of the next time that the exception becomes due; none: never, as things are.
    std::optional<std::uint64_t> next_event() const;

    /// 0xE000E010 to 0xE000E01F. `advance` to now first: reading CSR clears COUNTFLAG.
    static bool holds(std::uint32_t address)
    {
        return address >= 0xe000e010 && address < 0xe000e020;
    }
    std::uint32_t read(std::uint32_t address);
    void write(std::uint32_t address, RegisterWrite write, std::uint64_t now);

private:
    std::uint64_t divider() const;
    bool enabled() const { return bits(control_, 0); }
    bool asks_for_exception() const { return bits(control_, 1); }

    unsigned reference_divider_;
    std::uint32_t control_; // ENABLE, TICKINT, CLKSOURCE
    std::uint32_t reload_ = 0;
    std::uint32_t value_ = 0; // at tick_
    std::uint64_t tick_ = 0;
    bool count_flag_ = false;
};

} // namespace sim
