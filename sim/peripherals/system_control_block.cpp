// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/system_control_block.h"

#include "base/check.h"

#include <algorithm>
#include <iterator>

namespace sim {
namespace {

constexpr std::uint32_t icsr = 0xe000ed04, vtor = 0xe000ed08, aircr = 0xe000ed0c, scr = 0xe000ed10,
                        ccr = 0xe000ed14, shpr1 = 0xe000ed18, shpr3 = 0xe000ed20,
                        shcsr = 0xe000ed24, cfsr = 0xe000ed28, hfsr = 0xe000ed2c, dfsr = 0xe000ed30,
                        mmfar = 0xe000ed34, bfar = 0xe000ed38;

// CCR (Armv7-M ARM, B3.2.8; Armv6-M ARM, B3.2: fixed; Armv8-M ARM, D1.2).
struct Configuration {
    std::uint32_t reset, writable;
};
constexpr Configuration configurations[]
    = {{0x00000208, 0}, {0x00000200, 0x0000031b}, {0x00000201, 0x0000051a}};
constexpr std::uint32_t data_cache_bit = 1u << 16, instruction_cache_bit = 1u << 17,
                        branch_prediction_bit = 1u << 18;

constexpr std::uint32_t write_key = 0x05fa, read_key = 0xfa05;         // AIRCR.VECTKEY
constexpr std::uint32_t security_bits = 1u << 14 | 1u << 13 | 1u << 3; // AIRCR of Armv8-M

enum class Part : unsigned char { active, pending, enabled };
// Of SHCSR (Armv7-M ARM, B3.2.13; Armv8-M ARM, D1.2; Armv6-M ARM, C1.6).
struct HandlerBit {
    unsigned bit, exception;
    Part part;
    unsigned char architectures;
};
constexpr HandlerBit handler_bits[] = {
    {0, exception::memory_management, Part::active, from_v7m},
    {1, exception::bus_fault, Part::active, from_v7m},
    {2, exception::hard_fault, Part::active, only_v8m},
    {3, exception::usage_fault, Part::active, from_v7m},
    {4, exception::secure_fault, Part::active, only_v8m},
    {5, exception::nmi, Part::active, only_v8m},
    {7, exception::svcall, Part::active, from_v7m},
    {8, exception::debug_monitor, Part::active, from_v7m},
    {10, exception::pendsv, Part::active, from_v7m},
    {11, exception::systick, Part::active, from_v7m},
    {12, exception::usage_fault, Part::pending, from_v7m},
    {13, exception::memory_management, Part::pending, from_v7m},
    {14, exception::bus_fault, Part::pending, from_v7m},
    {15, exception::svcall, Part::pending, all_architectures},
    {16, exception::memory_management, Part::enabled, from_v7m},
    {17, exception::bus_fault, Part::enabled, from_v7m},
    {18, exception::usage_fault, Part::enabled, from_v7m},
    {19, exception::secure_fault, Part::enabled, only_v8m},
    {20, exception::secure_fault, Part::pending, only_v8m},
    {21, exception::hard_fault, Part::pending, only_v8m},
};

// CFSR and HFSR (Armv7-M ARM, B3.2.15 and B3.2.16; STKOF: Armv8-M ARM, D1.2), DFSR (C1.6.1).
enum class AddressRegister : unsigned char { none, bus };
struct FaultRow {
    Fault fault;
    unsigned exception;
    std::uint32_t status; // in CFSR
    AddressRegister address = AddressRegister::none;
};
constexpr FaultRow fault_rows[] = {
    {Fault::undefined_instruction, exception::usage_fault, 1u << 16},
    {Fault::invalid_state, exception::usage_fault, 1u << 17},
    {Fault::invalid_exception_return, exception::usage_fault, 1u << 18},
    {Fault::no_coprocessor, exception::usage_fault, 1u << 19},
    {Fault::stack_overflow, exception::usage_fault, 1u << 20},
    {Fault::unaligned, exception::usage_fault, 1u << 24},
    {Fault::divide_by_zero, exception::usage_fault, 1u << 25},
    {Fault::bus_instruction, exception::bus_fault, 1u << 8},
    {Fault::bus_data_precise, exception::bus_fault, 1u << 9, AddressRegister::bus},
    {Fault::bus_data_imprecise, exception::bus_fault, 1u << 10},
    {Fault::unstacking, exception::bus_fault, 1u << 11},
    {Fault::stacking, exception::bus_fault, 1u << 12},
    {Fault::lazy_stacking, exception::bus_fault, 1u << 13},
    {Fault::execute_never, exception::memory_management, 1u << 0},
    {Fault::svc, exception::svcall, 0},
};
constexpr std::uint32_t bus_address_valid = 1u << 15;
constexpr std::uint32_t vector_table_failed = 1u << 1, forced = 1u << 30,
                        debug_event = 1u << 31;   // HFSR
constexpr std::uint32_t breakpoint_met = 1u << 1; // DFSR

} // namespace

SystemControlBlock::SystemControlBlock(
    Architecture architecture, Nvic& nvic, Caches caches, bool branch_prediction)
    : architecture_(architecture)
    , nvic_(nvic)
    , configuration_(configurations[static_cast<unsigned>(architecture)].reset
          | (branch_prediction ? branch_prediction_bit : 0))
    , configuration_writable_(configurations[static_cast<unsigned>(architecture)].writable
          | (caches.instruction ? instruction_cache_bit : 0) | (caches.data ? data_cache_bit : 0))
{
}

std::uint32_t SystemControlBlock::interrupt_control() const
{
    unsigned pending = nvic_.first_pending();
    std::uint32_t value = nvic_.current() | pending << 12;
    value |= std::uint32_t {!is_v6m() && nvic_.active_count() < 2} << 11; // RETTOBASE
    value |= std::uint32_t {nvic_.any_interrupt_pending()} << 22;
    value |= std::uint32_t {nvic_.is_pending(exception::systick)} << 26;
    value |= std::uint32_t {nvic_.is_pending(exception::pendsv)} << 28;
    value |= std::uint32_t {nvic_.is_pending(exception::nmi)} << 31;
    return value;
}

void SystemControlBlock::control_interrupts(std::uint32_t value)
{
    if (bits(value, 31))
        nvic_.set_pending(exception::nmi);
    else if (bits(value, 30) && architecture_ == Architecture::v8m)
        nvic_.clear_pending(exception::nmi);
    // Setting and clearing at once is unpredictable; setting wins here.
    if (bits(value, 28))
        nvic_.set_pending(exception::pendsv);
    else if (bits(value, 27))
        nvic_.clear_pending(exception::pendsv);
    if (bits(value, 26))
        nvic_.set_pending(exception::systick);
    else if (bits(value, 25))
        nvic_.clear_pending(exception::systick);
}

void SystemControlBlock::write_reset_control(RegisterWrite write)
{
    if (bits(write.value, 16, 16) != write_key)
        return;
    if (!is_v6m() && bits(write.lanes, 8))
        nvic_.set_priority_grouping(bits(write.value, 8, 3));
    if (architecture_ == Architecture::v8m)
        security_control_ = write.over(security_control_, security_bits);
    if (bits(write.value, 1)
        && architecture_ != Architecture::v8m) // VECTCLRACTIVE: a debugger's, works all the same
        nvic_.deactivate_all();
    reset_requested_ |= bits(write.value, 2)
        || (bits(write.value, 0) && architecture_ == Architecture::v7m); // SYSRESETREQ, VECTRESET
}

std::uint32_t SystemControlBlock::handler_priorities(std::uint32_t address) const
{
    std::uint32_t value = 0;
    for (unsigned lane = 0; lane < 4; ++lane)
        if (unsigned number = 4 + (address - shpr1) + lane; nvic_.exists(number))
            value |= static_cast<std::uint32_t>(nvic_.priority(number)) << (8 * lane);
    return value;
}

std::uint32_t SystemControlBlock::handler_control() const
{
    std::uint32_t value = 0;
    for (const HandlerBit& row : handler_bits) {
        if (!contains(row.architectures, architecture_))
            continue;
        bool on = row.part == Part::active ? nvic_.is_active(row.exception)
            : row.part == Part::pending    ? nvic_.is_pending(row.exception)
                                           : nvic_.is_enabled(row.exception);
        value |= std::uint32_t {on} << row.bit;
    }
    return value;
}

void SystemControlBlock::control_handlers(RegisterWrite write)
{
    for (const HandlerBit& row : handler_bits) {
        if (!contains(row.architectures, architecture_) || !bits(write.lanes, row.bit))
            continue;
        bool on = bits(write.value, row.bit);
        switch (row.part) {
        case Part::active:
            if (row.exception > exception::hard_fault) // NMI and HardFault only show it
                nvic_.set_active(row.exception, on);
            break;
        case Part::enabled:
            nvic_.set_enabled(row.exception, on);
            break;
        case Part::pending:
            on ? nvic_.set_pending(row.exception) : nvic_.clear_pending(row.exception);
            break;
        }
    }
}

std::uint32_t SystemControlBlock::read(std::uint32_t address) const
{
    if (address >= shpr1 && address <= shpr3)
        return handler_priorities(address);
    switch (address) {
    case icsr:
        return interrupt_control();
    case vtor:
        return vector_table_;
    case aircr:
        return read_key << 16 | security_control_ | nvic_.priority_grouping() << 8;
    case scr:
        return sleep_control_;
    case ccr:
        return configuration_;
    case shcsr:
        return handler_control();
    case cfsr:
        return fault_status_;
    case hfsr:
        return hard_fault_status_;
    case dfsr:
        return debug_fault_status_;
    case mmfar:
        return memory_fault_address_;
    case bfar:
        return bus_fault_address_;
    default:
        return 0;
    }
}

void SystemControlBlock::write(std::uint32_t address, RegisterWrite write)
{
    if (address >= shpr1 && address <= shpr3) {
        for (unsigned lane = 0; lane < 4; ++lane)
            if (bits(write.lanes, 8 * lane))
                nvic_.set_priority(4 + (address - shpr1) + lane, bits(write.value, 8 * lane, 8));
        return;
    }
    switch (address) {
    case icsr:
        return control_interrupts(write.value);
    case vtor:
        return set_vector_table(write.over(vector_table_));
    case aircr:
        return write_reset_control(write);
    case scr:
        sleep_control_ = write.over(sleep_control_, 0x16);
        return nvic_.set_send_event_on_pending(bits(sleep_control_, 4));
    case ccr:
        configuration_ = write.over(configuration_, configuration_writable_);
        return;
    case shcsr:
        return control_handlers(write);
    case dfsr:
        debug_fault_status_ &= ~write.value;
        return; // write one to clear, as CFSR and HFSR
    default:
        break;
    }
    if (is_v6m())
        return;
    switch (address) {
    case cfsr:
        fault_status_ &= ~write.value;
        return;
    case hfsr:
        hard_fault_status_ &= ~write.value;
        return;
    case mmfar:
        memory_fault_address_ = write.over(memory_fault_address_);
        return;
    case bfar:
        bus_fault_address_ = write.over(bus_fault_address_);
        return;
    default:
        return;
    }
}

FaultEntry SystemControlBlock::hard_fault(std::uint32_t status, bool escalated, const Masks& masks)
{
    if (!is_v6m())
        hard_fault_status_ |= status;
    if (nvic_.can_preempt(exception::hard_fault, masks))
        return {.exception = exception::hard_fault, .lock_up = false, .escalated = escalated};
    return {.exception = exception::none, .lock_up = true, .escalated = escalated};
}

/// Armv7-M ARM, C1.4.1: the debug monitor if it is enabled and may preempt, else a HardFault.
FaultEntry SystemControlBlock::breakpoint(const Masks& masks)
{
    debug_fault_status_ |= breakpoint_met;
    if (nvic_.is_enabled(exception::debug_monitor)
        && nvic_.can_preempt(exception::debug_monitor, masks))
        return {.exception = exception::debug_monitor, .lock_up = false, .escalated = false};
    return hard_fault(debug_event, true, masks);
}

FaultEntry SystemControlBlock::fault(
    Fault fault, std::optional<std::uint32_t> address, const Masks& masks)
{
    if (fault == Fault::breakpoint)
        return breakpoint(masks);
    if (fault == Fault::vector_read)
        return hard_fault(vector_table_failed, false, masks);

    const FaultRow* row = std::ranges::find(fault_rows, fault, &FaultRow::fault);
    CHECK(row != std::end(fault_rows));
    if (is_v6m() && fault != Fault::svc)
        return hard_fault(0, true, masks);

    fault_status_ |= row->status;
    if (row->address == AddressRegister::bus && address) {
        bus_fault_address_ = *address;
        fault_status_ |= bus_address_valid;
    }
    bool in_hard_fault = nvic_.execution_priority(masks) < 0;
    if (fault == Fault::bus_data_precise && in_hard_fault && bus_faults_ignored_in_hard_fault())
        return {};
    // Armv7-M ARM, B1.5.14 and B1.5.15: escalates if it is disabled or cannot preempt, locks up at
    // HardFault's priority.
    if (nvic_.is_enabled(row->exception) && nvic_.can_preempt(row->exception, masks))
        return {.exception = row->exception, .lock_up = false, .escalated = false};
    return hard_fault(forced, true, masks);
}

} // namespace sim
