// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/machine.h"

#include "base/check.h"
#include "base/input_error.h"
#include "sim/boot.h"
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


namespace sim {
namespace {

// As Unicorn numbers them.
constexpr std::uint32_t interrupt_undefined = 1, interrupt_svc = 2, interrupt_bkpt = 7, interrupt_no_coprocessor = 17;
constexpr std::uint16_t semihosting_bkpt = 0xbeab;

struct Window { // of the address space, where peripherals live
    std::uint32_t start, size;
};
constexpr Window peripheral_windows[] = {{0x40000000, 0x20000000}, {0xd0000000, 0x10000000}, {0xe0000000, 0x00100000}};

constexpr std::uint32_t cpuid_register = 0xe000ed00;

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

struct Identity { // CPUID registers as the cores' TRMs give them
    std::string_view core;
    std::uint32_t cpuid;
};
constexpr Identity identities[] = {
    {"cortex-m0plus", 0x410cc601}, {"cortex-m3", 0x412fc231}, {"cortex-m4", 0x410fc241}, {"cortex-m7", 0x411fc272}, {"cortex-m33", 0x410fd213}};

std::uint32_t cpuid_of(const std::string& core)
{
    auto found = std::ranges::find(identities, core, &Identity::core);
    return found == std::end(identities) ? 0 : found->cpuid;
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
        , tracer(*this, elf, options.mode)
        , meter(chip_model)
        , console(options.host.console)
        , semihosting({[this](std::uint32_t address, unsigned bytes) { return memory.read(address, bytes); },
                          [this](std::uint32_t address, std::uint32_t value, unsigned bytes) { return memory.write(address, value, bytes); }},
              console, chip_model.clock, options.host, heap_information(layout_of(elf, chip_model), boot))
        , registers(chip_model,
              {[this] { return meter.now(); }, [this](char character) { console.put(character); },
                  [this](std::uint32_t address, unsigned bytes) { return memory.read(address, bytes); }})
    {
        tracer.add_meter(meter);
        tracer.set_instruction_limit(options.instruction_limit);
        registers.preset(cpuid_register, cpuid_of(chip.core.name));
        open_emulator();
    }
    ~Parts() override
    {
        if (uc)
            uc_close(uc);
    }

    // Setting up.
    void open_emulator();

    // Guest.
    void read_registers(RegisterSet wanted, std::array<std::uint32_t, 16>& values) override;
    StackPointer read_stack_pointer() override;
    Recipe::Memory::Window memory_window(std::uint32_t address, unsigned bytes) override;
    std::span<const std::uint8_t> code(std::uint32_t address, std::uint32_t size) override;

    // Running.
    RunResult run();
    bool handle_trap(RunResult& result);
    void observe_current();
    void map_peripherals();
    void watch_read(std::uint32_t address, std::uint32_t value);
    RunResult waits_on_register();
    RunResult ended(StopReason reason, std::string message);
    std::uint32_t reg(int number) const;
    std::string place(std::uint32_t pc) const;

    // Hooks: noexcept, since an exception through Unicorn ends the process. They note and ask the emulator to stop.
    static void on_block(uc_engine*, std::uint64_t address, std::uint32_t size, void* self) noexcept;
    static void on_interrupt(uc_engine*, std::uint32_t number, void* self) noexcept;
    static bool on_unmapped(uc_engine*, uc_mem_type, std::uint64_t address, int size, std::int64_t, void* self) noexcept;
    static void on_observed(uc_engine*, std::uint64_t address, std::uint32_t size, void* self) noexcept;
    static void on_instruction(uc_engine*, std::uint64_t address, std::uint32_t size, void* self) noexcept;
    static void on_access(uc_engine*, uc_mem_type, std::uint64_t address, int size, std::int64_t, void* self) noexcept;
    static std::uint64_t on_peripheral_read(uc_engine*, std::uint64_t offset, unsigned size, void* window) noexcept;
    static void on_peripheral_write(uc_engine*, std::uint64_t offset, unsigned size, std::uint64_t value, void* window) noexcept;
    template <class Hook>
    void add_hook(int type, Hook hook, std::uint64_t begin, std::uint64_t end);

    struct PeripheralWindow {
        Parts* parts;
        std::uint32_t start;
    };
    enum class Pause : std::uint8_t { none, observe, limit, stop_requested, trap };

    const mcu::ChipModel& chip;
    const ElfImage& image;
    Options options;
    MemoryMap memory;
    Boot boot;
    RunTracer tracer;
    Meter meter;
    Console console;
    Semihosting semihosting;
    RegisterFile registers;
    PollWatch poll_watch;
    std::optional<PolledLoad> polled_load; // once the firmware is known to wait
    uc_engine* uc = nullptr;
    std::vector<std::unique_ptr<PeripheralWindow>> windows;
    std::vector<std::uint32_t> hooked;
    std::atomic<bool> stop_requested = false;
    Pause pause = Pause::none;
    std::uint32_t trap_number = 0;
    bool unmapped = false;
    std::uint32_t unmapped_address = 0;
    uc_mem_type unmapped_type {};
    std::uint32_t exact_pc = 0;
    std::uint64_t announced = 0;
};

template <class Hook>
void Machine::Parts::add_hook(int type, Hook hook, std::uint64_t begin, std::uint64_t end)
{
    uc_hook handle;
    succeed(uc_hook_add(uc, &handle, type, reinterpret_cast<void*>(hook), this, begin, end));
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

Guest::StackPointer Machine::Parts::read_stack_pointer()
{
    std::uint32_t control = 0, exception = 0;
    uc_reg_read(uc, UC_ARM_REG_CONTROL, &control);
    uc_reg_read(uc, UC_ARM_REG_IPSR, &exception);
    return {reg(sp), exception == 0 && (control & 2)};
}

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
    if (!parts.stop_requested.load(std::memory_order_relaxed) && parts.tracer.repeats(static_cast<std::uint32_t>(address), size))
        return;
    parts.tracer.finish(static_cast<std::uint32_t>(address));
    if (parts.stop_requested.load(std::memory_order_relaxed))
        parts.pause = Pause::stop_requested;
    else if (parts.tracer.limit_reached())
        parts.pause = Pause::limit;
    else if (!parts.tracer.begin(static_cast<std::uint32_t>(address), size))
        parts.pause = Pause::observe;
    if (parts.pause != Pause::none)
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
    const Block* block = parts.tracer.current();
    if (!block)
        return;
    for (const Instruction& in : block->instructions)
        if (in.address == address && in.has_access()) {
            const Access& access = in.access;
            std::uint32_t base = access.base == pc ? access.literal_base : parts.reg(access.base);
            std::uint32_t at = base + static_cast<std::uint32_t>(access.displacement);
            if (access.index != no_register)
                at += parts.reg(access.index) << access.shift;
            parts.tracer.observed(in.address, at);
            return;
        }
}

void Machine::Parts::on_instruction(uc_engine*, std::uint64_t address, std::uint32_t, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    parts.exact_pc = static_cast<std::uint32_t>(address);
    ++parts.announced;
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
    if (where.start == sram_bit_band.start)
        return write_bit_band(where.parts->memory, address, static_cast<std::uint32_t>(value));
    where.parts->poll_watch.wrote();
    where.parts->registers.write(address, static_cast<std::uint32_t>(value), size);
}

/// Hooks the instructions of the block at hand whose addresses no recipe tells. Its translation has no calls for them
/// yet, so it is thrown away.
void Machine::Parts::observe_current()
{
    const Block& block = *tracer.current();
    for (std::uint32_t address : tracer.observed_instructions())
        if (std::ranges::find(hooked, address) == hooked.end()) {
            hooked.push_back(address);
            add_hook(UC_HOOK_CODE, on_observed, address, address);
        }
    succeed(uc_ctl_remove_cache(uc, static_cast<std::uint64_t>(block.address), static_cast<std::uint64_t>(block.end())));
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
    RunResult result {.reason = reason, .exit_code = 0, .pc = reg(pc), .address = 0, .function = {}, .registers = {}, .message = std::move(message)};
    for (int r = 0; r < 16; ++r)
        result.registers[static_cast<std::size_t>(r)] = reg(r);
    if (const FunctionSymbol* function = image.function_at(result.pc))
        result.function = function->name;
    return result;
}

/// True if the run goes on.
bool Machine::Parts::handle_trap(RunResult& result)
{
    std::uint32_t at = reg(pc);
    if (trap_number == interrupt_bkpt && memory.read(at, 2) == semihosting_bkpt) {
        poll_watch.wrote(); // it does something
        Semihosting::Answer answer = semihosting.call(reg(0), reg(1), meter.now());
        tracer.finish(at + 2);
        if (answer.exit_code) {
            result = ended(StopReason::exited, *answer.exit_code == 0 ? "" : fmt::format("the firmware ended with exit code {}{} at {}", *answer.exit_code,
                answer.exit_reason.empty() ? "" : fmt::format(" ({})", answer.exit_reason), place(at)));
            result.exit_code = *answer.exit_code;
            return false;
        }
        uc_reg_write(uc, UC_ARM_REG_R0, &answer.r0);
        std::uint32_t next = (at + 2) | 1;
        uc_reg_write(uc, UC_ARM_REG_PC, &next);
        return true;
    }
    tracer.abandon();
    if (trap_number == interrupt_undefined || trap_number == interrupt_no_coprocessor) { // no FPU, or not on
        result = ended(StopReason::undefined_instruction, fmt::format("an instruction {} cannot execute at {}", chip.core.title, place(at)));
        return false;
    }
    std::string what = trap_number == interrupt_bkpt ? "breakpoint" : trap_number == interrupt_svc ? "SVC" : fmt::format("exception {}", trap_number);
    result = ended(StopReason::unhandled_trap, fmt::format("{} at {}, and nothing handles it", what, place(at)));
    return false;
}

RunResult Machine::Parts::run()
{
    tracer.start(boot.first_pc, boot.stack_pointer);
    std::uint32_t next = boot.first_pc;
    RunResult result;
    for (;;) {
        pause = Pause::none;
        unmapped = false;
        uc_err error = uc_emu_start(uc, next | 1, ~std::uint64_t {0}, 0, 0);
        if (pause == Pause::observe) {
            observe_current();
            next = reg(pc);
            continue;
        }
        if (pause == Pause::trap) {
            if (handle_trap(result)) {
                next = reg(pc);
                continue;
            }
            break;
        }
        if (pause == Pause::limit) {
            result = ended(StopReason::instruction_limit,
                fmt::format("still running after {} instructions, at {} (--max-instructions sets the limit)", tracer.instructions(), place(reg(pc))));
            break;
        }
        if (pause == Pause::stop_requested && polled_load) {
            result = waits_on_register();
            break;
        }
        if (pause == Pause::stop_requested) {
            result = ended(StopReason::interrupted, fmt::format("interrupted after {} instructions, at {}", tracer.instructions(), place(reg(pc))));
            break;
        }
        tracer.abandon();
        if (unmapped) {
            const char* kind = unmapped_type == UC_MEM_FETCH_UNMAPPED ? "fetch from" : unmapped_type == UC_MEM_WRITE_UNMAPPED ? "write to" : "read of";
            result = ended(StopReason::unmapped_access,
                fmt::format("{} {:#010x}, where {} has nothing, in the block at {}", kind, unmapped_address, chip.title, place(reg(pc))));
            result.address = unmapped_address;
        } else if (error == UC_ERR_OK) {
            result = ended(StopReason::unhandled_trap, fmt::format("the firmware sleeps (WFI) at {}, and nothing wakes it", place(reg(pc))));
        } else {
            bool undefined = error == UC_ERR_INSN_INVALID || error == UC_ERR_EXCEPTION;
            result = ended(undefined ? StopReason::undefined_instruction : StopReason::unmapped_access,
                fmt::format("{} at {}", undefined ? fmt::format("an instruction {} cannot execute", chip.core.title) : uc_strerror(error), place(reg(pc))));
        }
        break;
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
void Machine::request_stop() noexcept { parts_->stop_requested.store(true, std::memory_order_relaxed); }
Meter& Machine::meter() { return parts_->meter; }
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
