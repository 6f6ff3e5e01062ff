// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/semihosting.h"

namespace sim {
namespace {

constexpr std::size_t console_limit = std::size_t {16} << 20; // bytes; a program that prints for ever fills no memory
constexpr std::uint32_t failed = ~0u;
constexpr std::uint32_t console_handle = 1;

enum Operation : std::uint32_t { // Arm, "Semihosting for AArch32 and AArch64", chapter 5
    open = 0x01, close = 0x02, write_character = 0x03, write_string = 0x04, write = 0x05, read = 0x06, read_character = 0x07,
    is_error = 0x08, is_terminal = 0x09, seek = 0x0a, file_length = 0x0c, clock_ = 0x10, time_ = 0x11, error_number = 0x13,
    command_line = 0x15, heap_information = 0x16, exit_ = 0x18, exit_extended = 0x20, elapsed = 0x30, tick_frequency = 0x31,
};
constexpr std::uint32_t application_exit = 0x20026;

} // namespace

Semihosting::Semihosting(Memory memory, Limits limits)
    : memory_(std::move(memory))
    , limits_(limits)
{
}

void Semihosting::print(std::uint32_t address, std::uint32_t length)
{
    for (std::uint32_t i = 0; i < length && console_.size() < console_limit; ++i) {
        std::optional<std::uint32_t> character = memory_.read(address + i, 1);
        if (!character)
            return;
        console_ += static_cast<char>(*character);
    }
}

void Semihosting::print_string(std::uint32_t address)
{
    while (console_.size() < console_limit) {
        std::optional<std::uint32_t> character = memory_.read(address++, 1);
        if (!character || *character == 0)
            return;
        console_ += static_cast<char>(*character);
    }
}

bool Semihosting::is_console(std::uint32_t name, std::uint32_t length) const
{
    return length == 3 && memory_.read(name, 1) == ':' && memory_.read(name + 1, 1) == 't' && memory_.read(name + 2, 1) == 't';
}

Semihosting::Answer Semihosting::call(std::uint32_t operation, std::uint32_t parameter, std::uint64_t centiseconds)
{
    switch (operation) {
    case open: return {.r0 = is_console(word(parameter), word(parameter + 8)) ? console_handle : failed, .exit_code = {}};
    case close: return {};
    case write_character: print(parameter, 1); return {};
    case write_string: print_string(parameter); return {};
    case write: print(word(parameter + 4), word(parameter + 8)); return {};
    case read: return {.r0 = word(parameter + 8), .exit_code = {}}; // nothing read: all that was asked for is left
    case read_character: return {.r0 = failed, .exit_code = {}};
    case is_error: return {.r0 = static_cast<std::int32_t>(word(parameter)) < 0, .exit_code = {}};
    case is_terminal: return {.r0 = 1, .exit_code = {}};
    case seek:
    case file_length: return {.r0 = failed, .exit_code = {}};
    case clock_: return {.r0 = static_cast<std::uint32_t>(centiseconds), .exit_code = {}};
    case time_: return {.r0 = static_cast<std::uint32_t>(centiseconds / 100), .exit_code = {}}; // since reset: no host clock gets in
    case error_number: return {};
    case command_line: {
        memory_.write(word(parameter), 0, 1);
        memory_.write(parameter + 4, 0, 4);
        return {};
    }
    case heap_information: {
        std::uint32_t block = word(parameter);
        memory_.write(block, limits_.heap_base, 4);
        memory_.write(block + 4, limits_.heap_limit, 4);
        memory_.write(block + 8, limits_.stack_base, 4);
        memory_.write(block + 12, limits_.stack_limit, 4);
        return {};
    }
    case exit_: return {.r0 = 0, .exit_code = parameter == application_exit ? 0 : 1};
    case exit_extended: return {.r0 = 0, .exit_code = word(parameter) == application_exit ? static_cast<int>(word(parameter + 4)) : 1};
    case elapsed:
        memory_.write(parameter, static_cast<std::uint32_t>(centiseconds), 4);
        memory_.write(parameter + 4, static_cast<std::uint32_t>(centiseconds >> 32), 4);
        return {};
    case tick_frequency: return {.r0 = 100, .exit_code = {}};
    default: return {.r0 = failed, .exit_code = {}};
    }
}

} // namespace sim
