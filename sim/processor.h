// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/peripherals/exception.h"

#include <cstdint>
#include <optional>

namespace sim {

/// What the exceptions of a core move about: its registers, between two instructions. Whatever the privilege of the code
/// that runs, everything can be read and written here.
class Processor {
public:
    virtual ~Processor() = default;

    /// r0 to r12, lr. Stack pointers are below.
    virtual std::uint32_t core_register(unsigned number) = 0;
    virtual void set_core_register(unsigned number, std::uint32_t value) = 0;

    /// Exception number (IPSR), the stack pointers and CONTROL belong together: one decides what another means.
    struct Mode {
        unsigned exception = 0; // 0: thread mode
        std::uint32_t main_stack = 0, process_stack = 0;
        bool unprivileged = false, uses_process_stack = false; // CONTROL.nPRIV, .SPSEL
        bool floating_point_active = false; // CONTROL.FPCA

        bool on_process_stack() const { return exception == 0 && uses_process_stack; }
        std::uint32_t stack_pointer() const { return on_process_stack() ? process_stack : main_stack; }
    };
    virtual Mode mode() = 0;
    virtual void set_mode(const Mode& mode) = 0;

    /// xPSR without the exception number: flags, IT state, Thumb.
    virtual std::uint32_t status() = 0;
    virtual void set_status(std::uint32_t value) = 0;
    virtual Masks masks() = 0;
    virtual void clear_fault_mask() = 0;

    /// s0 to s15; 16 is FPSCR.
    static constexpr unsigned floating_point_words = 17;
    virtual std::uint32_t floating_point_register(unsigned number) = 0;
    virtual void set_floating_point_register(unsigned number, std::uint32_t value) = 0;

    virtual std::optional<std::uint32_t> read_word(std::uint32_t address) = 0;
    virtual bool write_word(std::uint32_t address, std::uint32_t value) = 0;
};

} // namespace sim
