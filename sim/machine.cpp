// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/machine.h"

#include "base/check.h"
#include "base/input_error.h"
#include "sim/boot.h"
#include "sim/chip_dependence.h"
#include "sim/exception_unit.h"
#include "sim/machine_processor.h"
#include "sim/memory/bit_band.h"
#include "sim/memory/memory_map.h"
#include "sim/memory_layout.h"
#include "sim/peripherals/poll_watch.h"
#include "sim/peripherals/polled_bits.h"
#include "sim/peripherals/register_file.h"
#include "sim/peripherals/semihosting.h"

#include <fmt/format.h>
#include <unicorn/unicorn.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <set>
#include <deque>


namespace sim {
namespace {

// As Unicorn numbers them.
constexpr std::uint32_t interrupt_undefined = 1, interrupt_svc = 2, interrupt_prefetch_abort = 3, interrupt_bkpt = 7, interrupt_exception_return = 8, interrupt_no_coprocessor = 17;
constexpr std::uint16_t semihosting_bkpt = 0xbeab;

struct Window { // of the address space, where peripherals live
    std::uint32_t start, size;
};
constexpr Window peripheral_windows[] = {{0x40000000, 0x20000000}, {0xd0000000, 0x10000000}, {0xe0000000, 0x00100000}};

constexpr std::uint32_t private_peripherals = 0xe0000000; // the core's own
constexpr std::uint16_t wait_for_event = 0xbf20, send_event = 0xbf40;
constexpr std::uint64_t most_resets = 1000; // a firmware that does nothing else ends
constexpr std::size_t call_stack_shown = 64;

void succeed(uc_err error) { CHECK(error == UC_ERR_OK); }

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

/// A C library that runs without a linker script of its own has its stack from here.
HeapInformation heap_information(const MemoryLayout& layout, const Boot& boot)
{
    return {.heap_base = layout.heap_start.value_or(0), .heap_limit = layout.heap_limit.value_or(0),
        .stack_base = layout.stack_top.value_or(boot.stack_pointer), .stack_limit = layout.stack_limit.value_or(0)};
}

} // namespace

struct Machine::Parts final : Guest {
    Parts(const mcu::ChipModel& chip_model, const ElfImage& elf, const std::string& where, Options run_options)
        : chip(chip_model)
        , image(elf)
        , options(std::move(run_options))
        , memory(chip_model)
        , boot(load_image(memory, elf, chip_model, where))
        , layout(layout_of(elf, chip_model))
        , tracer(*this, elf, options.mode)
        , meter(chip_model)
        , console(options.host.console)
        , processor(uc, memory)
        , semihosting({[this](std::uint32_t address, unsigned bytes) { return memory.read(address, bytes); },
                          [this](std::uint32_t address, std::uint32_t value, unsigned bytes) { return memory.write(address, value, bytes); }},
              console, chip_model.clock, options.host, heap_information(layout, boot))
        , registers(chip_model,
              {[this] { return meter.now(); }, [this](char character) { console.put(character); },
                  [this](std::uint32_t address, unsigned bytes) { return memory.read(address, bytes); }})
    {
        tracer.add_meter(meter);
        tracer.set_instruction_limit(options.instruction_limit);
        tracer.set_stack_limit([this](std::uint32_t top) {
            // Data elsewhere, in flash or in another bank, is no neighbor.
            std::uint32_t limit = lowest_stack_address(image, layout, top);
            const MemoryMap::View* bank = memory.view_at(top - 4, 4);
            return bank ? std::max(limit, bank->start) : 0;
        });
        reset_core();
        open_emulator();
    }
    ~Parts() override
    {
        if (uc)
            uc_close(uc);
    }

    // Setting up.
    void open_emulator();
    void reset_core();
    void restart();

    // Guest.
    void read_registers(RegisterSet wanted, std::array<std::uint32_t, 16>& values) override;
    StackPointer read_stack_pointer() override;
    Recipe::Memory::Window memory_window(std::uint32_t address, unsigned bytes) override;
    std::span<const std::uint8_t> code(std::uint32_t address, std::uint32_t size) override;

    // Running.
    RunResult run();
    bool serve_semihosting(RunResult& result);
    bool handle_trap(RunResult& result);
    bool handle_stop(uc_err error, RunResult& result);
    bool sleep(RunResult& result);
    void observe_current();
    void map_peripherals();
    void watch_read(std::uint32_t address, std::uint32_t value);
    RunResult waits_on_register();
    RunResult ended(StopReason reason, std::string message);

    // Exceptions. Everything before is metered when one of these is called.
    bool exception_due() noexcept;
    bool follow(const ExceptionUnit::Step& step);
    struct FirstFault { // what went wrong first, in case nothing deals with it
        StopReason reason = StopReason::fault;
        std::string message;
        RunResult then;
    };
    bool raise(Fault fault, std::optional<std::uint32_t> address, std::uint32_t at, StopReason reason, const std::string& what, RunResult& result);
    bool raise_invalid_state(std::uint32_t at, RunResult& result);
    RunResult overflowed(std::uint32_t at);
    bool notes_misaligned(const Instruction& in);
    std::uint32_t address_of(const Access& access) const;
    void watch_alignment();
    void watch_divides();
    bool is_watched(const Block& block) const { return std::ranges::find(watched_divides, block.id) != watched_divides.end(); }
    std::uint32_t read_private(std::uint32_t address, unsigned bytes);
    void write_private(std::uint32_t address, std::uint32_t value, unsigned bytes);
    void private_registers_changed();
    RunResult ended_by_fault(const std::string& how);
    std::uint32_t reg(int number) const;
    std::string place(std::uint32_t pc) const;

    // Hooks: noexcept, since an exception through Unicorn ends the process. They note and ask the emulator to stop.
    static void on_block(uc_engine*, std::uint64_t address, std::uint32_t size, void* self) noexcept;
    static void on_interrupt(uc_engine*, std::uint32_t number, void* self) noexcept;
    static bool on_unmapped(uc_engine*, uc_mem_type, std::uint64_t address, int size, std::int64_t, void* self) noexcept;
    static void on_divide(uc_engine*, std::uint64_t address, std::uint32_t size, void* self) noexcept;
    static void on_aligned(uc_engine*, std::uint64_t address, std::uint32_t size, void* self) noexcept;
    static void on_observed(uc_engine*, std::uint64_t address, std::uint32_t size, void* self) noexcept;
    static void on_instruction(uc_engine*, std::uint64_t address, std::uint32_t size, void* self) noexcept;
    static void on_access(uc_engine*, uc_mem_type, std::uint64_t address, int size, std::int64_t, void* self) noexcept;
    static std::uint64_t on_peripheral_read(uc_engine*, std::uint64_t offset, unsigned size, void* window) noexcept;
    static void on_peripheral_write(uc_engine*, std::uint64_t offset, unsigned size, std::uint64_t value, void* window) noexcept;
    template <class Hook>
    uc_hook add_hook(int type, Hook hook, std::uint64_t begin, std::uint64_t end);

    struct PeripheralWindow {
        Parts* parts;
        std::uint32_t start;
    };
    enum class Pause : std::uint8_t { none, observe, limit, stop_requested, trap, exception, idle, overflow, reset, watch_divides, watch_alignment, divide_by_zero, unaligned };

    const mcu::ChipModel& chip;
    const ElfImage& image;
    Options options;
    MemoryMap memory;
    Boot boot;
    MemoryLayout layout;
    RunTracer tracer;
    Meter meter;
    std::deque<Meter> further_meters; // of other chips
    bool shown_chip = false; // to the firmware
    uc_engine* uc = nullptr;
    Console console;
    MachineProcessor processor;
    std::optional<SystemControl> system; // a new one after each reset
    std::optional<ExceptionUnit> exceptions;
    Semihosting semihosting;
    RegisterFile registers;
    PollWatch poll_watch;
    std::optional<PolledLoad> polled_load; // once the firmware is known to wait
    std::vector<std::unique_ptr<PeripheralWindow>> windows;
    std::set<std::uint32_t> observed_code; // instructions whose accesses are looked at
    std::vector<std::uint32_t> hooked; // those with a hook of their own
    std::vector<uc_hook> single_hooks; // or one for all of [span_begin, span_end)
    std::uint32_t span_begin = ~0u, span_end = 0;
    std::atomic<bool> stop_requested = false;
    std::atomic<bool> attention = false; // look up from the loop of one block: a stop, or registers of the core changed
    bool exception_waits = false; // pending, but masked or not urgent enough: look again after each block
    bool divides_watched = false;
    std::vector<std::uint32_t> watched_divides, watched_divide_instructions; // blocks by id; addresses
    std::uint32_t fault_at = 0, misaligned_address = 0; // of an instruction that cannot execute
    std::optional<FirstFault> first_fault;
    std::uint64_t faults = 0, resets = 0, unprivileged_accesses = 0;
    Pause pause = Pause::none;
    std::uint32_t paused_at = 0; // the block that was about to begin
    std::uint32_t trap_number = 0;
    bool unmapped = false;
    std::uint32_t unmapped_address = 0;
    uc_mem_type unmapped_type {};
    std::uint32_t exact_pc = 0;
    std::uint64_t announced = 0;
};

template <class Hook>
uc_hook Machine::Parts::add_hook(int type, Hook hook, std::uint64_t begin, std::uint64_t end)
{
    uc_hook handle;
    succeed(uc_hook_add(uc, &handle, type, reinterpret_cast<void*>(hook), this, begin, end));
    return handle;
}

void Machine::Parts::reset_core()
{
    exceptions.reset();
    system.emplace(chip.core,
        SystemControl::Processor {.now = [this] { return tracer.now(); },
            .console =
                [this](unsigned port, char byte) {
                    if (port == 0)
                        console.put(byte);
                },
            .account = [this] { return meter.read().cycles; },
            .instructions = [this] { return tracer.instructions(); },
            .program_counter = [this] { return tracer.current() ? tracer.current()->address : 0; }});
    exceptions.emplace(chip.core, *system, processor);
    system->set_vector_table(boot.vector_table.value_or(0));
    tracer.trap_unaligned(architecture_of(chip.core) == Architecture::v6m);
}

/// The firmware asked for a reset: memory stays, core and peripherals begin anew.
void Machine::Parts::restart()
{
    reset_core();
    registers.reset();
    poll_watch.wrote();
    attention.store(stop_requested.load(std::memory_order_relaxed), std::memory_order_relaxed);
    exception_waits = divides_watched = false;
    first_fault.reset();
    std::uint32_t stack = boot.stack_pointer, start = boot.first_pc;
    if (boot.vector_table) { // as the firmware may have left it
        stack = memory.read(*boot.vector_table, 4).value_or(stack) & ~3u;
        start = memory.read(*boot.vector_table + 4, 4).value_or(start) & ~1u;
    }
    processor.set_status(0);
    processor.clear_masks();
    processor.set_mode({.main_stack = stack});
    processor.set_core_register(14, 0xffffffff);
    processor.set_program_counter(start);
    tracer.restart(start, stack);
}

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

/// The usual places, and what else the chip file calls peripheral.
void Machine::Parts::map_peripherals()
{
    std::vector<Window> wanted(std::begin(peripheral_windows), std::end(peripheral_windows));
    for (const mcu::Region& region : chip.regions)
        if (region.kind == mcu::RegionKind::peripheral
            && std::ranges::none_of(wanted, [&](const Window& window) { return region.start - window.start < window.size; }))
            wanted.push_back({region.start, MemoryMap::mapped_size(region.size)});
    if (!chip.bit_band_source.empty())
        wanted.push_back({sram_bit_band.start, sram_bit_band.size});
    for (const Window& window : wanted) {
        windows.push_back(std::make_unique<PeripheralWindow>(this, window.start));
        uc_err error = uc_mmio_map(uc, window.start, window.size, on_peripheral_read, windows.back().get(), on_peripheral_write, windows.back().get());
        if (error != UC_ERR_OK)
            throw base::InputError(chip.name, fmt::format("peripherals at {:#010x}: {}", window.start, uc_strerror(error)));
    }
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

void Machine::Parts::on_observed(uc_engine*, std::uint64_t address, std::uint32_t, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    if (!parts.tracer.expects_accesses()) // another block that lies there, too
        return;
    const Instruction* in = parts.tracer.instruction_at(static_cast<std::uint32_t>(address));
    if (in && in->has_access() && !parts.notes_misaligned(*in))
        parts.tracer.observed(in->address, parts.address_of(in->access));
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

std::uint64_t Machine::Parts::on_peripheral_read(uc_engine*, std::uint64_t offset, unsigned size, void* window) noexcept
{
    auto& where = *static_cast<PeripheralWindow*>(window);
    Parts& parts = *where.parts;
    std::uint32_t address = where.start + static_cast<std::uint32_t>(offset);
    parts.shown_chip = parts.shown_chip || shows_chip(address);
    if (where.start == private_peripherals)
        return parts.read_private(address, size);
    if (where.start == sram_bit_band.start)
        return read_bit_band(parts.memory, address);
    if (parts.registers.tells_time(address))
        parts.tracer.cut_before_access(address);
    std::uint32_t value = parts.registers.read(address, size);
    parts.watch_read(address, value);
    return value;
}

/// Notes a read of a register; at the one too many, what it was, and asks for the end of the run.
void Machine::Parts::watch_read(std::uint32_t address, std::uint32_t value)
{
    poll_watch.read(address, value);
    if (!poll_watch.waits() || polled_load)
        return;
    std::array<std::uint32_t, 16> values;
    for (int r = 0; r < 16; ++r)
        values[static_cast<std::size_t>(r)] = reg(r);
    polled_load = PolledLoad {.instruction = reg(pc), .bits = {}};
    if (const Block* block = tracer.current())
        if (auto load = find_polled_load(block->instructions, code(block->address, block->size), poll_watch.address(), values))
            polled_load = load;
    stop_requested.store(true, std::memory_order_relaxed);
    attention.store(true, std::memory_order_relaxed);
}

RunResult Machine::Parts::waits_on_register()
{
    std::uint32_t address = poll_watch.address();
    std::string what = registers.name_of(address).value_or("");
    if (polled_load->bits)
        what = fmt::format("{}{}{}", what, what.empty() ? "" : " ", name_of_bits(*polled_load->bits));
    RunResult result = ended(StopReason::waits_on_register,
        fmt::format("the firmware waits on {:#010x}{}: {} reads gave {:#x}, at {}", address, what.empty() ? "" : fmt::format(" ({})", what),
            poll_watch.reads(), poll_watch.value(), place(polled_load->instruction)));
    result.address = address;
    return result;
}

void Machine::Parts::on_peripheral_write(uc_engine*, std::uint64_t offset, unsigned size, std::uint64_t value, void* window) noexcept
{
    auto& where = *static_cast<PeripheralWindow*>(window);
    std::uint32_t address = where.start + static_cast<std::uint32_t>(offset);
    where.parts->shown_chip = where.parts->shown_chip || shows_chip(address);
    if (where.start == private_peripherals)
        return where.parts->write_private(address, static_cast<std::uint32_t>(value), size);
    if (where.start == sram_bit_band.start)
        return write_bit_band(where.parts->memory, address, static_cast<std::uint32_t>(value));
    where.parts->poll_watch.wrote();
    where.parts->registers.write(address, static_cast<std::uint32_t>(value), size);
}

/// A register of the core. Some tell the time, so it must be right at this very instruction.
std::uint32_t Machine::Parts::read_private(std::uint32_t address, unsigned bytes)
{
    tracer.cut_before_access(address);
    exceptions->notice_floating_point();
    unprivileged_accesses += processor.is_unprivileged();
    std::uint32_t value = system->read(address, bytes);
    private_registers_changed();
    return value;
}

void Machine::Parts::write_private(std::uint32_t address, std::uint32_t value, unsigned bytes)
{
    tracer.cut_before_access(address);
    unprivileged_accesses += processor.is_unprivileged();
    system->write(address, value, bytes);
    divides_watched = divides_watched || system->block().divide_by_zero_traps();
    tracer.trap_unaligned(system->block().unaligned_traps() || architecture_of(chip.core) == Architecture::v6m);
    private_registers_changed();
}

void Machine::Parts::private_registers_changed()
{
    if (system->take_attention() || system->reset_requested())
        attention.store(true, std::memory_order_relaxed);
    tracer.set_deadline(system->next_event().value_or(RunTracer::never));
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

std::string Machine::Parts::place(std::uint32_t at) const
{
    const FunctionSymbol* function = image.function_at(at);
    std::optional<SourceLine> line = image.line_at(at);
    std::string text = fmt::format("{:#010x}", at);
    if (function)
        text += " in " + function->name;
    if (line)
        text += fmt::format(" ({}:{})", line->file, line->line);
    return text;
}

RunResult Machine::Parts::ended(StopReason reason, std::string message)
{
    RunResult result;
    result.reason = reason;
    result.pc = reg(pc);
    result.message = std::move(message);
    result.status = processor.status() | processor.mode().exception;
    result.call_stack = tracer.calls().active_functions(call_stack_shown);
    for (int r = 0; r < 16; ++r)
        result.registers[static_cast<std::size_t>(r)] = reg(r);
    if (const FunctionSymbol* function = image.function_at(result.pc))
        result.function = function->name;
    return result;
}

/// Is there an exception to take now? Looks at the clock, and remembers whether to look again soon.
bool Machine::Parts::exception_due() noexcept
{
    attention.store(stop_requested.load(std::memory_order_relaxed), std::memory_order_relaxed);
    system->advance(tracer.now());
    system->take_attention();
    tracer.set_deadline(system->next_event().value_or(RunTracer::never));
    unsigned exception = system->deliverable(processor.masks());
    exception_waits = exception == exception::none && system->nvic().first_pending() != exception::none;
    return exception != exception::none;
}

/// Tells everybody what the core did about an exception. False: it locked up.
bool Machine::Parts::follow(const ExceptionUnit::Step& step)
{
    using Kind = ExceptionUnit::Step::Kind;
    if (step.kind == Kind::locked_up)
        return false;
    if (step.kind == Kind::left) {
        tracer.charge(tracer.last_instruction(), Cause::exception, step.cycles);
        tracer.count_stacking(step.frame, step.words, Access::Kind::load);
        tracer.exception_left(step.pc, step.frame, step.stack_pointer);
    } else if (step.kind == Kind::entered) {
        tracer.exception_entered(step.exception, step.pc, step.frame, step.stack_pointer);
        tracer.charge(step.pc, Cause::exception, step.cycles);
        tracer.count_stacking(step.frame, step.words, Access::Kind::store);
    } else {
        tracer.exception_chained(step.exception, step.pc, step.stack_pointer);
        tracer.charge(step.pc, Cause::exception, step.cycles);
    }
    poll_watch.exception_came();
    processor.set_program_counter(step.pc);
    exception_waits = true; // another may be due at once
    return true;
}

/// The instruction at `at` did something wrong. True: a handler looks after it.
bool Machine::Parts::raise(
    Fault fault, std::optional<std::uint32_t> address, std::uint32_t at, StopReason reason, const std::string& what, RunResult& result)
{
    std::string message = fmt::format("{} at {}", what, place(at));
    if (fault != Fault::invalid_state)
        processor.set_program_counter(at); // which would set the Thumb bit
    RunResult now = ended(reason, message);
    now.address = address.value_or(unmapped ? unmapped_address : 0);
    tracer.abandon();
    ++faults;
    if (!first_fault)
        first_fault = FirstFault {reason, message, now};
    std::optional<ExceptionUnit::Step> step = exceptions->fault(fault, address, at);
    if (step && follow(*step))
        return true;
    if (step && first_fault->message != message)
        result = ended_by_fault(fmt::format("then, handling that, {}: the core locks up", message));
    else
        result = first_fault->then;
    return false;
}

bool Machine::Parts::raise_invalid_state(std::uint32_t at, RunResult& result)
{
    const Block* block = tracer.current();
    if (block && at - block->address < block->size) // the Arm code was announced as if it were Thumb code
        tracer.retract();
    else
        tracer.finish(at);
    return raise(Fault::invalid_state, std::nullopt, at, StopReason::fault, "a jump to Arm code (an address whose bit 0 is clear), which no Cortex-M executes,", result);
}

/// After a fault the run came to nothing; the fault is what to tell.
RunResult Machine::Parts::ended_by_fault(const std::string& how)
{
    RunResult result = first_fault->then;
    result.message = fmt::format("{}; {}", first_fault->message, how);
    return result;
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

RunResult Machine::Parts::overflowed(std::uint32_t at)
{
    std::uint32_t reached = tracer.overflowed_to(), limit = tracer.stack_limit();
    RunResult result = ended(StopReason::stack_overflow,
        fmt::format("stack overflow: the stack reached {:#010x}, {} bytes below its limit {:#010x}, before {}", reached, limit - reached, limit, place(at)));
    result.address = reached;
    return result;
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

void Machine::Parts::on_aligned(uc_engine*, std::uint64_t address, std::uint32_t, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    if (const Instruction* in = parts.tracer.instruction_at(static_cast<std::uint32_t>(address)))
        parts.notes_misaligned(*in);
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

bool Machine::Parts::serve_semihosting(RunResult& result)
{
    std::uint32_t at = reg(pc);
    tracer.finish(at + 2);
    poll_watch.wrote(); // it does something
    shown_chip = shown_chip || semihosting_shows_chip(reg(0));
    Semihosting::Answer answer = semihosting.call(reg(0), reg(1), meter.now());
    if (answer.exit_code) {
        result = ended(StopReason::exited, *answer.exit_code == 0 ? "" : fmt::format("the firmware ended with exit code {}{} at {}", *answer.exit_code,
            answer.exit_reason.empty() ? "" : fmt::format(" ({})", answer.exit_reason), place(at)));
        result.exit_code = *answer.exit_code;
        return false;
    }
    uc_reg_write(uc, UC_ARM_REG_R0, &answer.r0);
    processor.set_program_counter(at + 2);
    return true;
}

/// True if the run goes on, from the program counter.
bool Machine::Parts::handle_trap(RunResult& result)
{
    std::uint32_t at = reg(pc);
    switch (trap_number) {
    case interrupt_bkpt:
        if (memory.read(at, 2) == semihosting_bkpt)
            return serve_semihosting(result);
        result = ended(StopReason::unhandled_trap, fmt::format("breakpoint at {}, and no debugger is there", place(at)));
        tracer.finish(at);
        return false;
    case interrupt_svc: {
        tracer.finish(at); // already behind it
        FaultEntry entry = system->fault(Fault::svc, std::nullopt, processor.masks());
        if (entry.exception == exception::svcall)
            return follow(exceptions->enter(entry.exception, at)) || (result = ended(StopReason::unhandled_trap, fmt::format("SVC before {}, and its vector leads nowhere", place(at))), false);
        std::string message = fmt::format("SVC before {}, where SVCall cannot be taken", place(at));
        if (!first_fault)
            first_fault = FirstFault {StopReason::unhandled_trap, message, ended(StopReason::unhandled_trap, message)};
        if (!entry.lock_up && entry.exception != exception::none && follow(exceptions->enter(entry.exception, at)))
            return true;
        result = first_fault->then;
        return false;
    }
    case interrupt_exception_return: {
        tracer.finish(at);
        ExceptionUnit::Step step = exceptions->leave(at);
        if (follow(step))
            return !step.sleep || sleep(result);
        result = first_fault ? ended_by_fault("the core locks up") : ended(StopReason::lock_up, "the core locks up on the way out of an exception");
        return false;
    }
    case interrupt_no_coprocessor:
    case interrupt_undefined:
        if (!processor.in_thumb_state())
            return raise_invalid_state(at, result);
        if (trap_number == interrupt_undefined) {
            tracer.cut_before_instruction(at);
            return raise(
                Fault::undefined_instruction, std::nullopt, at, StopReason::undefined_instruction, fmt::format("an instruction {} cannot execute", chip.core.title), result);
        }
        tracer.cut_before_instruction(at);
        return raise(Fault::no_coprocessor, std::nullopt, at, StopReason::undefined_instruction, fmt::format("an instruction {} cannot execute", chip.core.title), result);
    case interrupt_prefetch_abort:
        tracer.finish(at);
        return raise(Fault::execute_never, std::nullopt, at, StopReason::unmapped_access, "fetch from where no code can be", result);
    default:
        result = ended(StopReason::unhandled_trap, fmt::format("exception {} of the emulator at {}", trap_number, place(at)));
        tracer.abandon();
        return false;
    }
}

/// WFI or WFE was executed; the program counter is behind it. Time goes on to whatever wakes the core.
bool Machine::Parts::sleep(RunResult& result)
{
    std::uint32_t next = reg(pc);
    for (;;) {
        system->advance(tracer.now());
        if (system->would_wake(processor.masks()))
            break;
        std::optional<std::uint64_t> event = system->next_event();
        if (!event) {
            result = ended(StopReason::asleep, fmt::format("the firmware sleeps (WFI or WFE) before {}, and nothing can wake it", place(next)));
            return false;
        }
        if (*event > tracer.now())
            tracer.charge(tracer.last_instruction(), Cause::sleep, *event - tracer.now());
    }
    attention.store(true, std::memory_order_relaxed);
    return true;
}

/// The emulator stopped by itself. True if the run goes on.
bool Machine::Parts::handle_stop(uc_err error, RunResult& result)
{
    std::uint32_t at = reg(pc);
    if (unmapped) {
        bool fetch = unmapped_type == UC_MEM_FETCH_UNMAPPED;
        const char* kind = fetch ? "fetch from" : unmapped_type == UC_MEM_WRITE_UNMAPPED ? "write to" : "read of";
        if (fetch) {
            tracer.finish(at);
        } else {
            if (options.mode == RunTracer::Mode::exact)
                tracer.cut_before_instruction(exact_pc);
            else
                tracer.cut_before_access(unmapped_address);
            if (tracer.current())
                at = tracer.current()->address;
        }
        return raise(fetch ? Fault::bus_instruction : Fault::bus_data_precise, fetch ? std::nullopt : std::optional(unmapped_address), at, StopReason::unmapped_access,
            fmt::format("{} {:#010x}, where {} has nothing,", kind, unmapped_address, chip.title), result);
    }
    if (error == UC_ERR_OK) { // WFI
        tracer.finish(at);
        return sleep(result);
    }
    if (error == UC_ERR_INSN_INVALID || error == UC_ERR_EXCEPTION) {
        const Block* block = tracer.current();
        if (block && block->end() == at && memory.read(at - 2, 2) == wait_for_event) {
            bool sent = false;
            for (const Instruction& in : block->instructions)
                sent = sent || (in.size == 2 && memory.read(in.address, 2) == send_event);
            tracer.finish(at);
            if (system->nvic().take_event() || sent || !system->next_event())
                return true;
            return sleep(result);
        }
        if (!processor.in_thumb_state())
            return raise_invalid_state(at, result);
        tracer.cut_before_instruction(at);
        return raise(
            Fault::undefined_instruction, std::nullopt, at, StopReason::undefined_instruction, fmt::format("an instruction {} cannot execute", chip.core.title), result);
    }
    tracer.cut_before_instruction(at);
    return raise(Fault::bus_instruction, std::nullopt, at, StopReason::unmapped_access, uc_strerror(error), result);
}

RunResult Machine::Parts::run()
{
    tracer.start(boot.first_pc, boot.stack_pointer);
    processor.set_program_counter(boot.first_pc);
    RunResult result;
    for (bool goes_on = true; goes_on;) {
        pause = Pause::none;
        unmapped = false;
        uc_err error = uc_emu_start(uc, reg(pc) | 1, ~std::uint64_t {0}, 0, 0);
        if (pause != Pause::none && pause != Pause::trap && pause != Pause::divide_by_zero && pause != Pause::unaligned)
            processor.set_program_counter(paused_at);
        std::uint32_t at = reg(pc);
        goes_on = false;
        switch (pause) {
        case Pause::none: goes_on = handle_stop(error, result); break;
        case Pause::observe:
            observe_current();
            goes_on = true;
            break;
        case Pause::watch_divides:
            watch_divides();
            goes_on = true;
            break;
        case Pause::trap: goes_on = handle_trap(result); break;
        case Pause::exception:
            goes_on = follow(exceptions->enter(system->deliverable(processor.masks()), at));
            if (!goes_on)
                result = ended(StopReason::lock_up, fmt::format("an exception was taken at {}, and its vector leads nowhere", place(at)));
            break;
        case Pause::divide_by_zero:
            tracer.cut_before_instruction(fault_at);
            goes_on = raise(Fault::divide_by_zero, std::nullopt, fault_at, StopReason::fault, "divide by zero", result);
            break;
        case Pause::watch_alignment:
            watch_alignment();
            goes_on = true;
            break;
        case Pause::unaligned:
            tracer.cut_before_instruction(fault_at);
            goes_on = raise(Fault::unaligned, std::nullopt, fault_at, StopReason::fault, fmt::format("unaligned access to {:#010x}", misaligned_address), result);
            break;
        case Pause::overflow: result = overflowed(at); break;
        case Pause::idle:
            tracer.abandon();
            result = first_fault ? ended_by_fault(fmt::format("its handler never ends, at {}", place(at)))
                                 : ended(StopReason::endless_loop, fmt::format("the firmware ends in an endless loop at {}, and nothing can interrupt it", place(at)));
            break;
        case Pause::reset:
            goes_on = ++resets <= most_resets;
            if (goes_on)
                restart();
            else
                result = ended(StopReason::reset_requested, fmt::format("the firmware reset itself {} times, last before {}", resets, place(at)));
            break;
        case Pause::limit:
            result = ended(StopReason::instruction_limit,
                fmt::format("still running after {} instructions, at {} (--max-instructions sets the limit)", tracer.instructions(), place(at)));
            break;
        case Pause::stop_requested:
            result = polled_load ? waits_on_register() : ended(StopReason::interrupted, fmt::format("interrupted after {} instructions, at {}", tracer.instructions(), place(at)));
            break;
        }
    }
    tracer.stop();
    return result;
}

Machine::Machine(const mcu::ChipModel& chip, const ElfImage& image, const std::string& where, Options options)
    : parts_(std::make_unique<Parts>(chip, image, where, std::move(options)))
{
}

Machine::~Machine() = default;

void Machine::add_listener(Listener& listener) { parts_->tracer.add_listener(listener); }
RunResult Machine::run() { return parts_->run(); }
void Machine::request_stop() noexcept
{
    parts_->stop_requested.store(true, std::memory_order_relaxed);
    parts_->attention.store(true, std::memory_order_relaxed);
}
void Machine::add_chip(const mcu::ChipModel& chip) { parts_->tracer.add_meter(parts_->further_meters.emplace_back(chip)); }
Meter& Machine::meter(std::size_t chip) { return chip == 0 ? parts_->meter : parts_->further_meters.at(chip - 1); }
bool Machine::depends_on_chip() const { return parts_->shown_chip; }
RunTracer& Machine::tracer() { return parts_->tracer; }
std::uint32_t Machine::initial_stack_pointer() const { return parts_->boot.stack_pointer; }
const Boot& Machine::boot() const { return parts_->boot; }
std::uint32_t Machine::stack_pointer() const { return parts_->reg(sp); }
std::uint32_t Machine::register_value(unsigned number) const
{
    CHECK(number < 16);
    return parts_->reg(static_cast<int>(number));
}
const Console& Machine::console() const { return parts_->console; }
std::uint64_t Machine::announced_instructions() const { return parts_->announced; }

void Machine::write_memory(std::uint32_t address, std::span<const std::uint8_t> bytes)
{
    parts_->memory.for_pieces(address, static_cast<std::uint32_t>(bytes.size()),
        [&](std::uint8_t* piece, std::uint32_t done, std::uint32_t size) { std::memcpy(piece, bytes.data() + done, size); });
}

std::vector<std::uint8_t> Machine::read_memory(std::uint32_t address, std::uint32_t size) const
{
    std::vector<std::uint8_t> bytes(size);
    parts_->memory.for_pieces(address, size, [&](const std::uint8_t* piece, std::uint32_t done, std::uint32_t part) { std::memcpy(bytes.data() + done, piece, part); });
    return bytes;
}

} // namespace sim
