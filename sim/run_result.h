// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

/// Why a run ended: what the simulated program did is a value, not an exception.
enum class StopReason : std::uint8_t {
    exited, // through semihosting, with an exit code
    unmapped_access, // read, write or fetch where the chip has nothing
    undefined_instruction,
    fault, // any other that no handler dealt with: divide by zero, unaligned, invalid state ...
    unhandled_trap, // BKPT, SVC ... with nobody to handle it
    lock_up, // a fault where no further fault can be taken, and nothing says of which kind
    stack_overflow, // below the stack's limit
    endless_loop, // a branch to itself that nothing can interrupt
    asleep, // WFI or WFE, and nothing can wake it
    reset_requested, // through AIRCR
    instruction_limit,
    waits_on_register, // reads a register of a peripheral again and again, and nothing changes
    interrupted, // by request (Ctrl-C)
};

std::string_view name_of(StopReason reason);

struct RunResult {
    StopReason reason = StopReason::exited;
    int exit_code = 0;
    std::uint32_t pc = 0; // of the block where it ended; of the instruction where that is known
    std::uint32_t address = 0; // of the access, if one was at fault
    std::string function; // that pc belongs to, empty if unknown
    std::array<std::uint32_t, 16> registers {};
    std::uint32_t status = 0; // xPSR
    std::vector<std::uint32_t> call_stack; // functions active, innermost first, by their first address
    std::string message; // one line for people; empty after a good end

    bool good() const { return reason == StopReason::exited && exit_code == 0; }
};

} // namespace sim
