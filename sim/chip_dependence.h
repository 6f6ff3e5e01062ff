// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

/// What firmware has of the chip it runs on, beside its memory: the time, registers, what semihosting tells of it.
/// Firmware that uses none of these does the same on every chip of its core that has the memory it uses.
namespace sim {

struct AddressSpan {
    std::uint32_t first = 0, last = 0;
};

/// Of the core's own registers (Armv7-M ARM, B3.1): the parts that tell time or count events. The others are the core's.
inline constexpr std::array core_registers_of_time = {
    AddressSpan {0xe0001000, 0xe0001fff}, // DWT
    AddressSpan {0xe000e010, 0xe000e01f}, // SysTick
};

/// Semihosting operations whose answer is the chip's time, clock or memory (Arm's semihosting specification, chapter 6):
/// CLOCK, TIME, HEAPINFO, ELAPSED, TICKFREQ.
inline constexpr std::array semihosting_of_chip = {0x10u, 0x11u, 0x16u, 0x30u, 0x31u};

constexpr bool shows_chip(std::uint32_t register_address)
{
    constexpr AddressSpan core_registers {0xe0000000, 0xe00fffff};
    auto lies_in = [&](const AddressSpan& span) { return register_address >= span.first && register_address <= span.last; };
    return !lies_in(core_registers) || std::ranges::any_of(core_registers_of_time, lies_in);
}

constexpr bool semihosting_shows_chip(std::uint32_t operation)
{
    return std::ranges::find(semihosting_of_chip, operation) != semihosting_of_chip.end();
}

} // namespace sim
