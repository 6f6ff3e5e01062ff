// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "sim/machine_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace sim {
namespace {

int emulator_model(const std::string& name)
{
    // UC_MODE_MCLASS would silently make every CPU a Cortex-M33; the model alone decides.
    if (name == "m0")
        return UC_CPU_ARM_CORTEX_M0;
    if (name == "m3")
        return UC_CPU_ARM_CORTEX_M3;
    if (name == "m4")
        return UC_CPU_ARM_CORTEX_M4;
    if (name == "m7")
        return UC_CPU_ARM_CORTEX_M7;
    if (name == "m33")
        return UC_CPU_ARM_CORTEX_M33;
    throw base::InputError("core file", "expected emulator_model m0, m3, m4, m7 or m33, found '" + name + "'");
}

constexpr int register_ids[16] = {UC_ARM_REG_R0, UC_ARM_REG_R1, UC_ARM_REG_R2, UC_ARM_REG_R3, UC_ARM_REG_R4, UC_ARM_REG_R5, UC_ARM_REG_R6,
    UC_ARM_REG_R7, UC_ARM_REG_R8, UC_ARM_REG_R9, UC_ARM_REG_R10, UC_ARM_REG_R11, UC_ARM_REG_R12, UC_ARM_REG_SP, UC_ARM_REG_LR, UC_ARM_REG_PC};

} // namespace

void Machine::Parts::open_emulator()
{
    unsigned major = 0, minor = 0;
    uc_version(&major, &minor);
    if (major != 2 || minor < 1)
        throw base::InputError("Unicorn", fmt::format("expected version 2.1 or later of version 2, found {}.{}", major, minor));
    succeed(uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &uc));
    int model = emulator_model(chip.core.emulator_model);
    succeed(uc_ctl_set_cpu_model(uc, model));
    int set = -1;
    succeed(uc_ctl_get_cpu_model(uc, &set));
    CHECK(set == model);

    for (const MemoryMap::View& view : memory.views()) {
        uc_err error = uc_mem_map_ptr(uc, view.start, MemoryMap::mapped_size(view.size), UC_PROT_ALL, view.bytes);
        if (error != UC_ERR_OK)
            throw base::InputError(chip.name, fmt::format("region {} at {:#010x}: {}", view.name, view.start, uc_strerror(error)));
    }
    map_peripherals();

    constexpr std::uint64_t all_begin = 1, all_end = 0; // begin > end: everywhere
    add_hook(UC_HOOK_BLOCK, on_block, all_begin, all_end);
    add_hook(UC_HOOK_INTR, on_interrupt, all_begin, all_end);
    add_hook(UC_HOOK_MEM_UNMAPPED, on_unmapped, all_begin, all_end);
    if (options.mode == RunTracer::Mode::exact) {
        add_hook(UC_HOOK_CODE, on_instruction, all_begin, all_end);
        add_hook(UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, on_access, all_begin, all_end);
    }
    succeed(uc_reg_write(uc, UC_ARM_REG_SP, &boot.stack_pointer));
    std::uint32_t no_return = 0xffffffff;
    succeed(uc_reg_write(uc, UC_ARM_REG_LR, &no_return));
}

std::uint32_t Machine::Parts::reg(int number) const
{
    std::uint32_t value = 0;
    uc_reg_read(uc, register_ids[number], &value);
    return value;
}

void Machine::Parts::read_registers(RegisterSet wanted, std::array<std::uint32_t, 16>& values)
{
    int ids[16];
    void* pointers[16];
    int count = 0;
    for (RegisterSet left = wanted & 0xffff; left != 0; left &= left - 1) {
        auto r = static_cast<std::size_t>(std::countr_zero(left));
        ids[count] = register_ids[r];
        pointers[count++] = &values[r];
    }
    uc_reg_read_batch(uc, ids, pointers, count);
}

Guest::StackPointer Machine::Parts::read_stack_pointer() { return {processor.stack_pointer(), processor.on_process_stack()}; }

Recipe::Memory::Window Machine::Parts::memory_window(std::uint32_t address, unsigned bytes)
{
    const MemoryMap::View* view = memory.view_at(address, bytes);
    return view ? Recipe::Memory::Window {view->bytes, view->start, view->size} : Recipe::Memory::Window {};
}

std::span<const std::uint8_t> Machine::Parts::code(std::uint32_t address, std::uint32_t size)
{
    const MemoryMap::View* view = memory.view_at(address, size);
    CHECK(view != nullptr);
    return {view->bytes + (address - view->start), size};
}

/// The emulator's FPU is always on. Blocks overlap, so each instruction is noted by its address.
void Machine::Parts::met(const Block& block)
{
    auto level = processor.is_unprivileged() ? SystemControl::Level::unprivileged : SystemControl::Level::privileged;
    if (system->floating_point_allowed(level))
        return;
    for (const Instruction& in : block.instructions)
        if (uses_floating_point(in))
            floating_point_off.insert(in.address);
}

void Machine::Parts::on_block(uc_engine* uc, std::uint64_t address, std::uint32_t size, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    if (!parts.attention.load(std::memory_order_relaxed) && parts.tracer.repeats(static_cast<std::uint32_t>(address), size))
        return;
    parts.tracer.finish(static_cast<std::uint32_t>(address));
    if (parts.tracer.overflowed_to())
        parts.pause = Pause::overflow;
    else if (parts.attention.load(std::memory_order_relaxed) || parts.exception_waits || parts.tracer.deadline_reached()) {
        if (parts.stop_requested.load(std::memory_order_relaxed))
            parts.pause = Pause::stop_requested;
        else if (parts.system->reset_requested())
            parts.pause = Pause::reset;
        else if (parts.exception_due())
            parts.pause = Pause::exception;
    }
    if (parts.pause == Pause::none) {
        if (parts.tracer.limit_reached())
            parts.pause = Pause::limit;
        else {
            parts.begun = parts.tracer.begin(static_cast<std::uint32_t>(address), size);
            if (parts.begun != RunTracer::Begun::runs)
                parts.pause = Pause::watch;
            else if (parts.tracer.current()->idle && !parts.system->next_event())
                parts.pause = Pause::idle;
        }
    }
    if (parts.pause == Pause::none)
        return;
    // Blocks that follow one another directly leave the program counter behind.
    parts.paused_at = static_cast<std::uint32_t>(address);
    uc_emu_stop(uc);
}

void Machine::Parts::on_interrupt(uc_engine* uc, std::uint32_t number, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    parts.pause = Pause::trap;
    parts.trap_number = number;
    uc_emu_stop(uc);
}

bool Machine::Parts::on_unmapped(uc_engine*, uc_mem_type type, std::uint64_t address, int, std::int64_t, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    parts.unmapped = true;
    parts.unmapped_type = type;
    parts.unmapped_address = static_cast<std::uint32_t>(address);
    return false;
}

void Machine::Parts::on_instruction(uc_engine*, std::uint64_t address, std::uint32_t, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    parts.exact_pc = static_cast<std::uint32_t>(address);
    const Instruction* in = parts.tracer.instruction_at(parts.exact_pc);
    if (in && in->has_access() && parts.notes_misaligned(*in))
        return;
    ++parts.announced;
    if (in && in->timing_class == TimingClass::store_exclusive) // one that fails makes no access, and takes as long
        parts.tracer.observed(in->address, parts.address_of(in->access));
}

void Machine::Parts::on_access(uc_engine*, uc_mem_type, std::uint64_t address, int, std::int64_t, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    parts.tracer.observed(parts.exact_pc, static_cast<std::uint32_t>(address));
}

void Machine::Parts::on_watched(uc_engine* uc, std::uint64_t address, std::uint32_t, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    auto at = static_cast<std::uint32_t>(address);
    std::uint8_t purposes = parts.watch.purposes(at);
    if ((purposes & MachineWatch::divide) && parts.divides_by_zero(at)) {
        parts.fault_at = at;
        parts.pause = Pause::divide_by_zero;
        uc_emu_stop(uc);
        return;
    }
    // The instruction may lie in another block, too, where it is not to be looked at.
    bool observed = (purposes & MachineWatch::observe) && parts.tracer.expects_accesses();
    if (!observed && !(purposes & MachineWatch::alignment))
        return;
    const Instruction* in = parts.tracer.instruction_at(at);
    if (in && in->has_access() && !parts.notes_misaligned(*in) && observed)
        parts.tracer.observed(in->address, parts.address_of(in->access));
}

/// Will the divide that is about to execute trap?
bool Machine::Parts::divides_by_zero(std::uint32_t instruction) const
{
    if (!system->block().divide_by_zero_traps())
        return false;
    std::optional<std::uint32_t> encoding = memory.read(instruction + 2, 2); // SDIV, UDIV: Rm is its lowest four bits
    return encoding && reg(*encoding & 15) == 0;
}

/// The block at hand does not run yet: some of its instructions must be looked at first.
void Machine::Parts::watch_current()
{
    const Block& block = *tracer.current();
    std::vector<std::uint32_t> instructions;
    MachineWatch::Purpose purpose = MachineWatch::observe;
    if (begun == RunTracer::Begun::must_observe) {
        for (const Recipe::Operand& operand : block.operands)
            instructions.push_back(block.instructions[operand.instruction].address);
    } else if (begun == RunTracer::Begun::misaligned) {
        purpose = MachineWatch::alignment;
        for (const AlignedAccess& access : block.aligned_strictly)
            instructions.push_back(block.instructions[access.instruction].address);
    } else {
        purpose = MachineWatch::divide;
        for (const Instruction& in : block.instructions)
            if (in.timing_class == TimingClass::divide)
                instructions.push_back(in.address);
    }
    watch.add(purpose, instructions, block.address, block.end());
    tracer.retract();
}

/// Is the access of this instruction, which is about to execute, one that must be aligned and is not?
bool Machine::Parts::notes_misaligned(const Instruction& in)
{
    if (in.access.bytes <= 1 || !(tracer.traps_unaligned() || always_needs_alignment(in)))
        return false;
    std::uint32_t at = address_of(in.access);
    if (!(at & (in.access.bytes - 1u)))
        return false;
    fault_at = in.address;
    misaligned_address = at;
    pause = Pause::unaligned;
    uc_emu_stop(uc);
    return true;
}

/// Where an access of the instruction about to execute begins.
std::uint32_t Machine::Parts::address_of(const Access& access) const
{
    std::uint32_t base = access.base == sim::pc ? access.literal_base : reg(access.base);
    std::uint32_t at = base + static_cast<std::uint32_t>(access.displacement);
    return access.index == no_register ? at : at + (reg(access.index) << access.shift);
}

} // namespace sim
