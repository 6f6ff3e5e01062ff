// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/peripherals/architecture.h"
#include "sim/peripherals/exception.h"
#include "sim/peripherals/nvic.h"
#include "sim/peripherals/register_write.h"

#include <cstdint>
#include <optional>

namespace sim {

/// What an instruction, an exception entry or a return can do wrong, and what asks for a handler on
/// purpose.
enum class Fault : unsigned char {
    undefined_instruction,
    invalid_state,
    invalid_exception_return,
    no_coprocessor,
    stack_overflow,
    unaligned,
    divide_by_zero,
    bus_instruction,
    bus_data_precise,
    bus_data_imprecise,
    unstacking,
    stacking,
    lazy_stacking,
    execute_never,
    vector_read,
    svc,
    breakpoint,
};

/// What a fault leads to.
struct FaultEntry {
    unsigned exception = exception::none; // to enter now; none: see below
    bool lock_up
        = false; // happened at the priority of HardFault or above: the processor stops for good
    bool escalated
        = false; // exception is HardFault because the fault's own handler is disabled or too low
    // Neither: the fault is ignored (a data bus fault under CCR.BFHFNMIGN), the access reads as
    // zero.
};

/// Exception control, system handlers and the record of faults (Armv7-M ARM DDI0403E, B3.2.2 and
/// table B3-4; Armv6-M ARM DDI0419, B3.2.2; Armv8-M ARM DDI0553, D1.2). Armv6-M has only ICSR,
/// VTOR, AIRCR, SCR, CCR (fixed), two handler priorities, SHCSR.SVCALLPENDED and DFSR: each of its
/// faults is a HardFault.
///
/// Not modeled: the security states (PRIS and BFHFNMINS keep what is written), MemManage faults of
/// the MPU, the debugger's halting events.
class SystemControlBlock {
public:
    struct Caches { // whether CCR.IC and CCR.DC can be set
        bool instruction = false, data = false;
    };
    SystemControlBlock(
        Architecture architecture, Nvic& nvic, Caches caches, bool branch_prediction);

    static bool holds(std::uint32_t address)
    {
        return address >= 0xe000ed04 && address < 0xe000ed3c;
    }
    std::uint32_t read(std::uint32_t address) const;
    void write(std::uint32_t address, RegisterWrite write);

    /// Records the fault (CFSR, HFSR, DFSR, MMFAR, BFAR) and says what to enter. `address`: of the
    /// data access, where it is known. Does not change what is pending or active.
    FaultEntry fault(Fault fault, std::optional<std::uint32_t> address, const Masks& masks);

    std::uint32_t vector_table() const { return vector_table_; }
    void set_vector_table(std::uint32_t address) { vector_table_ = address & vector_table_mask(); }
    bool reset_requested() const { return reset_requested_; }

    bool divide_by_zero_traps() const { return bits(configuration_, 4); }
    bool unaligned_traps() const { return bits(configuration_, 3); }
    bool bus_faults_ignored_in_hard_fault() const { return bits(configuration_, 8); }
    bool stack_aligned_to_8() const { return bits(configuration_, 9); }
    bool user_may_trigger() const { return bits(configuration_, 1); } // USERSETMPEND
    /// NONBASETHRDENA: whether a handler may return to thread mode past others that are active.
    bool thread_mode_from_any_level() const { return bits(configuration_, 0); }
    bool instruction_cache_enabled() const { return bits(configuration_, 17); }
    bool data_cache_enabled() const { return bits(configuration_, 16); }
    bool sleep_on_exit() const { return bits(sleep_control_, 1); }
    bool deep_sleep() const { return bits(sleep_control_, 2); }
    std::uint32_t configurable_fault_status() const { return fault_status_; } // CFSR
    std::uint32_t hard_fault_status() const { return hard_fault_status_; }    // HFSR

private:
    std::uint32_t interrupt_control() const;
    void control_interrupts(std::uint32_t value);
    void write_reset_control(RegisterWrite write);
    std::uint32_t handler_priorities(std::uint32_t address) const;
    std::uint32_t handler_control() const;
    void control_handlers(RegisterWrite write);
    std::uint32_t vector_table_mask() const
    {
        return architecture_ == Architecture::v6m ? 0xffffff00 : 0xffffff80;
    }
    FaultEntry hard_fault(std::uint32_t status, bool escalated, const Masks& masks);
    FaultEntry breakpoint(const Masks& masks);
    bool is_v6m() const { return architecture_ == Architecture::v6m; }

    Architecture architecture_;
    Nvic& nvic_;
    std::uint32_t configuration_, configuration_writable_; // CCR
    std::uint32_t vector_table_ = 0;
    std::uint32_t sleep_control_ = 0;    // SCR
    std::uint32_t security_control_ = 0; // AIRCR.PRIS, BFHFNMINS, SYSRESETREQS
    std::uint32_t fault_status_ = 0, hard_fault_status_ = 0, debug_fault_status_ = 0;
    std::uint32_t memory_fault_address_ = 0, bus_fault_address_ = 0;
    bool reset_requested_ = false;
};

} // namespace sim
