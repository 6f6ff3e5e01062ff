// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/machine_processor.h"

#include "sim/memory/memory_map.h"

#include <unicorn/unicorn.h>

namespace sim {
namespace {

constexpr int core_ids[16] = {UC_ARM_REG_R0, UC_ARM_REG_R1, UC_ARM_REG_R2, UC_ARM_REG_R3, UC_ARM_REG_R4, UC_ARM_REG_R5, UC_ARM_REG_R6,
    UC_ARM_REG_R7, UC_ARM_REG_R8, UC_ARM_REG_R9, UC_ARM_REG_R10, UC_ARM_REG_R11, UC_ARM_REG_R12, UC_ARM_REG_SP, UC_ARM_REG_LR, UC_ARM_REG_PC};

constexpr std::uint32_t control_unprivileged = 1, control_process_stack = 2, control_floating_point = 4;
constexpr unsigned any_handler = 3;

} // namespace

std::uint32_t MachineProcessor::get(int id) const
{
    std::uint32_t value = 0;
    uc_reg_read(uc_, id, &value);
    return value;
}

void MachineProcessor::put(int id, std::uint32_t value) { uc_reg_write(uc_, id, &value); }

/// The emulator keeps flags derived from the exception number, and renews them when the status flags are written.
void MachineProcessor::put_exception(unsigned exception)
{
    put(UC_ARM_REG_IPSR, exception);
    put(UC_ARM_REG_APSR_NZCV, get(UC_ARM_REG_APSR_NZCV));
}

std::uint32_t MachineProcessor::core_register(unsigned number) { return get(core_ids[number]); }
void MachineProcessor::set_core_register(unsigned number, std::uint32_t value) { put(core_ids[number], value); }
std::uint32_t MachineProcessor::program_counter() const { return get(UC_ARM_REG_PC); }
void MachineProcessor::set_program_counter(std::uint32_t value) { put(UC_ARM_REG_PC, value | 1); }
std::uint32_t MachineProcessor::stack_pointer() const { return get(UC_ARM_REG_SP); }
bool MachineProcessor::on_process_stack() const { return get(UC_ARM_REG_IPSR) == 0 && (get(UC_ARM_REG_CONTROL) & control_process_stack); }

bool MachineProcessor::is_unprivileged() const { return get(UC_ARM_REG_IPSR) == 0 && (get(UC_ARM_REG_CONTROL) & control_unprivileged); }

bool MachineProcessor::in_thumb_state() const { return get(UC_ARM_REG_XPSR) >> 24 & 1; }

Processor::Mode MachineProcessor::mode()
{
    std::uint32_t control = get(UC_ARM_REG_CONTROL);
    Mode mode;
    mode.exception = get(UC_ARM_REG_IPSR);
    mode.unprivileged = control & control_unprivileged;
    mode.uses_process_stack = control & control_process_stack;
    mode.floating_point_active = control & control_floating_point;
    bool hidden = mode.exception == 0 && mode.unprivileged;
    if (hidden)
        put_exception(any_handler);
    mode.main_stack = get(UC_ARM_REG_MSP);
    mode.process_stack = get(UC_ARM_REG_PSP);
    if (hidden)
        put_exception(0);
    return mode;
}

void MachineProcessor::set_mode(const Mode& mode)
{
    // In a handler everything can be written but SPSEL; in a privileged thread SPSEL can; the privilege goes last.
    std::uint32_t control = (mode.uses_process_stack ? control_process_stack : 0) | (mode.floating_point_active ? control_floating_point : 0);
    put_exception(any_handler);
    put(UC_ARM_REG_CONTROL, 0);
    put_exception(0);
    put(UC_ARM_REG_CONTROL, control);
    put_exception(any_handler);
    put(UC_ARM_REG_MSP, mode.main_stack);
    put(UC_ARM_REG_PSP, mode.process_stack);
    put(UC_ARM_REG_CONTROL, control | (mode.unprivileged ? control_unprivileged : 0));
    put_exception(mode.exception);
}

std::uint32_t MachineProcessor::status() { return get(UC_ARM_REG_XPSR) & ~0x1ffu; }

void MachineProcessor::set_status(std::uint32_t value)
{
    put(UC_ARM_REG_XPSR, (value & ~0x1ffu) | get(UC_ARM_REG_IPSR));
    put(UC_ARM_REG_APSR_NZCVQG, value & 0xf80f0000);
}

Masks MachineProcessor::masks()
{
    int ids[] = {UC_ARM_REG_PRIMASK, UC_ARM_REG_FAULTMASK, UC_ARM_REG_BASEPRI};
    std::uint32_t values[3] = {};
    void* pointers[] = {&values[0], &values[1], &values[2]};
    uc_reg_read_batch(uc_, ids, pointers, 3);
    return {.primask = (values[0] & 1) != 0, .faultmask = (values[1] & 1) != 0, .basepri = values[2] & 0xff};
}

void MachineProcessor::clear_masks()
{
    put_exception(any_handler);
    put(UC_ARM_REG_PRIMASK, 0);
    put(UC_ARM_REG_BASEPRI, 0);
    put(UC_ARM_REG_FAULTMASK, 0);
}

void MachineProcessor::clear_fault_mask() { put(UC_ARM_REG_FAULTMASK, 0); }

std::uint32_t MachineProcessor::floating_point_register(unsigned number)
{
    return get(number < 16 ? UC_ARM_REG_S0 + static_cast<int>(number) : UC_ARM_REG_FPSCR);
}

void MachineProcessor::set_floating_point_register(unsigned number, std::uint32_t value)
{
    put(number < 16 ? UC_ARM_REG_S0 + static_cast<int>(number) : UC_ARM_REG_FPSCR, value);
}

std::optional<std::uint32_t> MachineProcessor::read_word(std::uint32_t address) { return memory_.read(address, 4); }
bool MachineProcessor::write_word(std::uint32_t address, std::uint32_t value) { return memory_.write(address, value, 4); }

} // namespace sim
