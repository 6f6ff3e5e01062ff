// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace sim {

/// Arm semihosting (BKPT 0xAB) as newlib and picolibc use it: console, clock, command line, heap information, exit.
///
/// Host files are out of reach: opening anything but the console (":tt") fails. Reading the console gives its end.
class Semihosting {
public:
    /// How calls reach the guest's memory; false or nothing outside of it.
    struct Memory {
        std::function<std::optional<std::uint32_t>(std::uint32_t address, unsigned bytes)> read;
        std::function<bool(std::uint32_t address, std::uint32_t value, unsigned bytes)> write;
    };
    struct Limits { // of the guest's heap and stack, for SYS_HEAPINFO
        std::uint32_t heap_base = 0, heap_limit = 0, stack_base = 0, stack_limit = 0;
    };
    Semihosting(Memory memory, Limits limits);

    struct Answer {
        std::uint32_t r0 = 0;
        std::optional<int> exit_code; // the program wants to end
    };
    /// `centiseconds` of simulated time answer SYS_CLOCK.
    Answer call(std::uint32_t operation, std::uint32_t parameter, std::uint64_t centiseconds);

    const std::string& console() const { return console_; }

private:
    std::uint32_t word(std::uint32_t address) const { return memory_.read(address, 4).value_or(0); }
    void print(std::uint32_t address, std::uint32_t length);
    void print_string(std::uint32_t address);
    bool is_console(std::uint32_t name, std::uint32_t length) const;

    Memory memory_;
    Limits limits_;
    std::string console_;
};

} // namespace sim
