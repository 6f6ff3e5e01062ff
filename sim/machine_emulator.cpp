// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "sim/machine_parts.h"

#include <fmt/format.h>

#include <algorithm>

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
    for (unsigned r = 0; r < 16; ++r)
        if (wanted >> r & 1) {
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
            RunTracer::Begun begun = parts.tracer.begin(static_cast<std::uint32_t>(address), size);
            const Block& block = *parts.tracer.current();
            if (begun != RunTracer::Begun::runs)
                parts.pause = begun == RunTracer::Begun::must_observe ? Pause::observe : Pause::watch_alignment;
            else if (block.idle && !parts.system->next_event())
                parts.pause = Pause::idle;
            else if (parts.divides_watched && block.divides && !parts.is_watched(block))
                parts.pause = Pause::watch_divides;
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

void Machine::Parts::on_observed(uc_engine*, std::uint64_t address, std::uint32_t, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    if (!parts.tracer.expects_accesses()) // another block that lies there, too
        return;
    const Instruction* in = parts.tracer.instruction_at(static_cast<std::uint32_t>(address));
    if (in && in->has_access() && !parts.notes_misaligned(*in))
        parts.tracer.observed(in->address, parts.address_of(in->access));
}

void Machine::Parts::on_divide(uc_engine* uc, std::uint64_t address, std::uint32_t, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    if (!parts.system->block().divide_by_zero_traps())
        return;
    std::optional<std::uint32_t> encoding = parts.memory.read(static_cast<std::uint32_t>(address) + 2, 2); // SDIV, UDIV: Rm is its lowest four bits
    if (!encoding || parts.reg(*encoding & 15) != 0)
        return;
    parts.fault_at = static_cast<std::uint32_t>(address);
    parts.pause = Pause::divide_by_zero;
    uc_emu_stop(uc);
}

void Machine::Parts::on_aligned(uc_engine*, std::uint64_t address, std::uint32_t, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    if (const Instruction* in = parts.tracer.instruction_at(static_cast<std::uint32_t>(address)))
        parts.notes_misaligned(*in);
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

/// Hooks the instructions of the block at hand whose addresses no recipe tells. Its translation has no calls for them
/// yet, so it is thrown away.
void Machine::Parts::observe_current()
{
    const Block& block = *tracer.current();
    for (std::uint32_t address : tracer.observed_instructions())
        observed_code.insert(address);
    std::uint64_t begin = block.address, end = block.end();
    // The emulator walks the list of all hooks at each hit: a few are best set one by one, many are one hook over all they span.
    constexpr std::size_t most_single_hooks = 12;
    if (observed_code.size() <= most_single_hooks) {
        for (std::uint32_t address : tracer.observed_instructions())
            if (std::ranges::find(hooked, address) == hooked.end()) {
                hooked.push_back(address);
                single_hooks.push_back(add_hook(UC_HOOK_CODE, on_observed, address, address));
            }
    } else if (*observed_code.begin() < span_begin || *observed_code.rbegin() >= span_end) {
        for (uc_hook hook : single_hooks)
            succeed(uc_hook_del(uc, hook));
        constexpr std::uint32_t page = 1024; // so that it need not grow with each block
        span_begin = *observed_code.begin() & ~(page - 1);
        span_end = (*observed_code.rbegin() | (page - 1)) + 1;
        single_hooks.assign(1, add_hook(UC_HOOK_CODE, on_observed, span_begin, span_end - 1));
        begin = std::min<std::uint64_t>(begin, span_begin);
        end = std::max<std::uint64_t>(end, span_end);
    }
    succeed(uc_ctl_remove_cache(uc, begin, end));
    tracer.retract();
}

/// Divides trap only where the firmware asks for it: from then on each divide is looked at before it executes.
void Machine::Parts::watch_divides()
{
    const Block& block = *tracer.current();
    for (const Instruction& in : block.instructions)
        if (in.timing_class == TimingClass::divide && std::ranges::find(watched_divide_instructions, in.address) == watched_divide_instructions.end()) {
            watched_divide_instructions.push_back(in.address);
            add_hook(UC_HOOK_CODE, on_divide, in.address, in.address);
        }
    watched_divides.push_back(block.id);
    succeed(uc_ctl_remove_cache(uc, static_cast<std::uint64_t>(block.address), static_cast<std::uint64_t>(block.end())));
    tracer.retract();
}

/// An access that must be aligned is not: from now on those of the block are looked at before they execute.
void Machine::Parts::watch_alignment()
{
    const Block& block = *tracer.current();
    for (const AlignedAccess& access : block.aligned_strictly) {
        std::uint32_t at = block.instructions[access.instruction].address;
        add_hook(UC_HOOK_CODE, on_aligned, at, at);
    }
    succeed(uc_ctl_remove_cache(uc, static_cast<std::uint64_t>(block.address), static_cast<std::uint64_t>(block.end())));
    tracer.retract();
}

} // namespace sim
