// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/machine.h"

#include "base/check.h"
#include "base/input_error.h"
#include "sim/peripherals/register_file.h"
#include "sim/peripherals/semihosting.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unicorn/unicorn.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

namespace sim {
namespace {

constexpr std::uint32_t page = 4096;
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

std::uint32_t cpuid_of(const std::string& core)
{
    if (core == "cortex-m0plus")
        return 0x410cc601;
    if (core == "cortex-m3")
        return 0x412fc231;
    if (core == "cortex-m7")
        return 0x411fc272;
    if (core == "cortex-m33")
        return 0x410fd213;
    return 0x410fc241;
}

constexpr int register_ids[16] = {UC_ARM_REG_R0, UC_ARM_REG_R1, UC_ARM_REG_R2, UC_ARM_REG_R3, UC_ARM_REG_R4, UC_ARM_REG_R5, UC_ARM_REG_R6,
    UC_ARM_REG_R7, UC_ARM_REG_R8, UC_ARM_REG_R9, UC_ARM_REG_R10, UC_ARM_REG_R11, UC_ARM_REG_R12, UC_ARM_REG_SP, UC_ARM_REG_LR, UC_ARM_REG_PC};

/// Host memory of one bank: reserved at once, taken page by page as the firmware touches it.
class Bank {
public:
    Bank(std::uint32_t start, std::uint32_t size, std::uint32_t mapped)
        : start_(start)
        , size_(size)
        , mapped_(mapped)
        , bytes_(static_cast<std::uint8_t*>(::mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)))
    {
        if (bytes_ == MAP_FAILED)
            throw base::InputError("memory", fmt::format("the host cannot give {} bytes for the bank at {:#010x}", mapped, start));
    }
    ~Bank()
    {
        if (bytes_)
            ::munmap(bytes_, mapped_);
    }
    Bank(Bank&& other) noexcept
        : start_(other.start_)
        , size_(other.size_)
        , mapped_(other.mapped_)
        , bytes_(std::exchange(other.bytes_, nullptr))
    {
    }
    Bank(const Bank&) = delete;
    Bank& operator=(const Bank&) = delete;

    std::uint32_t start() const { return start_; }
    std::uint32_t size() const { return size_; }
    std::uint32_t mapped() const { return mapped_; }
    std::uint8_t* bytes() const { return bytes_; }

private:
    std::uint32_t start_, size_, mapped_;
    std::uint8_t* bytes_;
};

/// An address range through which a bank is seen: its own place, or its alias.
struct View {
    std::uint32_t start = 0, size = 0;
    std::uint8_t* bytes = nullptr;
    std::string name;
};

} // namespace

struct Machine::Parts final : Guest {
    Parts(const mcu::ChipModel& chip_model, const ElfImage& elf, const std::string& where, Options run_options)
        : chip(chip_model)
        , image(elf)
        , options(run_options)
        , tracer(*this, elf, run_options.mode)
        , meter(chip_model)
        , semihosting({[this](std::uint32_t address, unsigned bytes) { return read_memory(address, bytes); },
                          [this](std::uint32_t address, std::uint32_t value, unsigned bytes) { return write_guest(address, value, bytes); }},
              {})
    {
        tracer.add_meter(meter);
        tracer.set_instruction_limit(options.instruction_limit);
        registers.preset(cpuid_register, cpuid_of(chip.core.name));
        map_memory();
        load(where);
        open_emulator();
    }
    ~Parts() override
    {
        if (uc)
            uc_close(uc);
    }

    // Setting up.
    void map_memory();
    void load(const std::string& where);
    void open_emulator();
    void read_vectors();
    View* view_at(std::uint32_t address, std::uint32_t bytes);
    /// Calls use(bytes, offset from `address`, size) for each bank that the range lies in; all of it must be memory.
    template <class Use>
    void for_pieces(std::uint32_t address, std::uint32_t size, Use use)
    {
        for (std::uint32_t done = 0; done < size;) {
            View* view = view_at(address + done, 1);
            CHECK(view != nullptr);
            std::uint32_t offset = address + done - view->start, piece = std::min(size - done, view->size - offset);
            use(view->bytes + offset, done, piece);
            done += piece;
        }
    }

    // Guest.
    void read_registers(const Block& block, std::array<std::uint32_t, 16>& values) override;
    std::uint32_t read_stack_pointer() override;
    std::optional<std::uint32_t> read_memory(std::uint32_t address, unsigned bytes) override;
    std::span<const std::uint8_t> code(std::uint32_t address, std::uint32_t size) override;
    bool write_guest(std::uint32_t address, std::uint32_t value, unsigned bytes);

    // Running.
    RunResult run();
    bool handle_trap(RunResult& result);
    void observe_current();
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
    RunTracer tracer;
    Meter meter;
    Semihosting semihosting;
    RegisterFile registers;
    uc_engine* uc = nullptr;
    std::vector<Bank> banks;
    std::vector<View> views;
    View* latest_view = nullptr;
    std::vector<std::unique_ptr<PeripheralWindow>> windows;
    std::vector<std::uint32_t> hooked;
    std::uint32_t initial_sp = 0, first_pc = 0;
    std::atomic<bool> stop_requested = false;
    Pause pause = Pause::none;
    std::uint32_t trap_number = 0;
    bool unmapped = false;
    std::uint32_t unmapped_address = 0;
    uc_mem_type unmapped_type {};
    std::uint32_t exact_pc = 0;
    std::uint64_t announced = 0;
};

void Machine::Parts::map_memory()
{
    for (const mcu::Region& region : chip.regions) {
        if (region.kind == mcu::RegionKind::peripheral)
            continue;
        std::uint32_t mapped = (region.size + page - 1) / page * page;
        banks.emplace_back(region.start, region.size, mapped);
        std::uint8_t* bytes = banks.back().bytes();
        views.push_back({region.start, region.size, bytes, region.name});
        if (region.alias)
            views.push_back({*region.alias, region.size, bytes, region.name});
    }
}

void Machine::Parts::load(const std::string& where)
{
    for (const Segment& segment : image.segments()) {
        View* view = view_at(segment.address, 1);
        auto size = static_cast<std::uint32_t>(segment.bytes.size());
        if (!view)
            throw base::InputError(where, fmt::format("{} bytes to load at {:#010x}, where {} has no memory", size, segment.address, chip.title));
        std::uint32_t offset = segment.address - view->start;
        if (size > view->size - offset)
            throw base::InputError(where, fmt::format("{} bytes to load at {:#010x} exceed {} by {} bytes", size, segment.address, view->name, size - (view->size - offset)));
        std::memcpy(view->bytes + offset, segment.bytes.data(), size);
    }
    read_vectors();
}

/// Stack pointer and first instruction: from the vector table at the lowest loaded address, else the ELF's entry point.
void Machine::Parts::read_vectors()
{
    std::uint32_t lowest = ~0u;
    for (const Segment& segment : image.segments())
        lowest = std::min(lowest, segment.address);
    std::uint32_t table = image.symbol_address("mcuprof_vectors").value_or(lowest);
    std::uint32_t stack = read_memory(table, 4).value_or(0), reset = read_memory(table + 4, 4).value_or(0);
    bool stack_in_memory = view_at(stack - 4, 4) != nullptr;
    bool reset_is_code = (reset & 1) && !image.bytes_at(reset & ~1u, 2).empty();
    if (stack_in_memory && reset_is_code) {
        initial_sp = stack & ~3u;
        first_pc = reset & ~1u;
        return;
    }
    first_pc = image.entry_point() & ~1u;
    for (const mcu::Region& region : chip.regions)
        if (region.kind == mcu::RegionKind::sram)
            initial_sp = std::max(initial_sp, region.start + region.size);
}

View* Machine::Parts::view_at(std::uint32_t address, std::uint32_t bytes)
{
    auto holds = [&](const View& view) { return address - view.start < view.size && view.size - (address - view.start) >= bytes; };
    if (latest_view && holds(*latest_view))
        return latest_view;
    auto found = std::ranges::find_if(views, holds);
    return found == views.end() ? nullptr : latest_view = &*found;
}

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

    for (const View& view : views) {
        std::uint32_t mapped = (view.size + page - 1) / page * page;
        uc_err error = uc_mem_map_ptr(uc, view.start, mapped, UC_PROT_ALL, view.bytes);
        if (error != UC_ERR_OK)
            throw base::InputError(chip.name, fmt::format("region {} at {:#010x}: {}", view.name, view.start, uc_strerror(error)));
    }
    for (const Window& window : peripheral_windows) {
        windows.push_back(std::make_unique<PeripheralWindow>(this, window.start));
        succeed(uc_mmio_map(uc, window.start, window.size, on_peripheral_read, windows.back().get(), on_peripheral_write, windows.back().get()));
    }

    constexpr std::uint64_t all_begin = 1, all_end = 0; // begin > end: everywhere
    add_hook(UC_HOOK_BLOCK, on_block, all_begin, all_end);
    add_hook(UC_HOOK_INTR, on_interrupt, all_begin, all_end);
    add_hook(UC_HOOK_MEM_UNMAPPED, on_unmapped, all_begin, all_end);
    if (options.mode == RunTracer::Mode::exact) {
        add_hook(UC_HOOK_CODE, on_instruction, all_begin, all_end);
        add_hook(UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, on_access, all_begin, all_end);
    }
    succeed(uc_reg_write(uc, UC_ARM_REG_SP, &initial_sp));
    std::uint32_t no_return = 0xffffffff;
    succeed(uc_reg_write(uc, UC_ARM_REG_LR, &no_return));
}

std::uint32_t Machine::Parts::reg(int number) const
{
    std::uint32_t value = 0;
    uc_reg_read(uc, register_ids[number], &value);
    return value;
}

void Machine::Parts::read_registers(const Block& block, std::array<std::uint32_t, 16>& values)
{
    int ids[16];
    void* pointers[16];
    int count = 0;
    for (unsigned r = 0; r < 16; ++r)
        if (block.recipe.needs() >> r & 1) {
            ids[count] = register_ids[r];
            pointers[count++] = &values[r];
        }
    uc_reg_read_batch(uc, ids, pointers, count);
}

std::uint32_t Machine::Parts::read_stack_pointer() { return reg(sp); }

std::optional<std::uint32_t> Machine::Parts::read_memory(std::uint32_t address, unsigned bytes)
{
    View* view = view_at(address, bytes);
    if (!view)
        return std::nullopt;
    std::uint32_t value = 0; // little-endian host and guest
    std::memcpy(&value, view->bytes + (address - view->start), bytes);
    return value;
}

bool Machine::Parts::write_guest(std::uint32_t address, std::uint32_t value, unsigned bytes)
{
    View* view = view_at(address, bytes);
    if (!view)
        return false;
    std::memcpy(view->bytes + (address - view->start), &value, bytes);
    return true;
}

std::span<const std::uint8_t> Machine::Parts::code(std::uint32_t address, std::uint32_t size)
{
    View* view = view_at(address, size);
    CHECK(view != nullptr);
    return {view->bytes + (address - view->start), size};
}

void Machine::Parts::on_block(uc_engine* uc, std::uint64_t address, std::uint32_t size, void* self) noexcept
{
    Parts& parts = *static_cast<Parts*>(self);
    if (parts.tracer.repeats(static_cast<std::uint32_t>(address), size) && !parts.stop_requested.load(std::memory_order_relaxed))
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

std::uint64_t Machine::Parts::on_peripheral_read(uc_engine*, std::uint64_t offset, unsigned, void* window) noexcept
{
    auto& where = *static_cast<PeripheralWindow*>(window);
    return where.parts->registers.read(where.start + static_cast<std::uint32_t>(offset));
}

void Machine::Parts::on_peripheral_write(uc_engine*, std::uint64_t offset, unsigned size, std::uint64_t value, void* window) noexcept
{
    auto& where = *static_cast<PeripheralWindow*>(window);
    where.parts->registers.write(where.start + static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(value), size);
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
    if (trap_number == interrupt_bkpt && read_memory(at, 2) == semihosting_bkpt) {
        double seconds = base::seconds(meter.now(), chip.clock);
        Semihosting::Answer answer = semihosting.call(reg(0), reg(1), static_cast<std::uint64_t>(seconds * 100));
        tracer.finish(at + 2);
        if (answer.exit_code) {
            result = ended(StopReason::exited, *answer.exit_code == 0 ? "" : fmt::format("the firmware ended with exit code {} at {}", *answer.exit_code, place(at)));
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
    tracer.start(first_pc, initial_sp);
    std::uint32_t next = first_pc;
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
    : parts_(std::make_unique<Parts>(chip, image, where, options))
{
}

Machine::~Machine() = default;

void Machine::add_listener(Listener& listener) { parts_->tracer.add_listener(listener); }
RunResult Machine::run() { return parts_->run(); }
void Machine::request_stop() noexcept { parts_->stop_requested.store(true, std::memory_order_relaxed); }
Meter& Machine::meter() { return parts_->meter; }
RunTracer& Machine::tracer() { return parts_->tracer; }
std::uint32_t Machine::initial_stack_pointer() const { return parts_->initial_sp; }
std::uint32_t Machine::stack_pointer() const { return parts_->reg(sp); }
const std::string& Machine::console() const { return parts_->semihosting.console(); }
std::uint64_t Machine::announced_instructions() const { return parts_->announced; }

void Machine::write_memory(std::uint32_t address, std::span<const std::uint8_t> bytes)
{
    parts_->for_pieces(address, static_cast<std::uint32_t>(bytes.size()),
        [&](std::uint8_t* piece, std::uint32_t done, std::uint32_t size) { std::memcpy(piece, bytes.data() + done, size); });
}

std::vector<std::uint8_t> Machine::read_memory(std::uint32_t address, std::uint32_t size) const
{
    std::vector<std::uint8_t> bytes(size);
    parts_->for_pieces(address, size, [&](const std::uint8_t* piece, std::uint32_t done, std::uint32_t part) { std::memcpy(bytes.data() + done, piece, part); });
    return bytes;
}

} // namespace sim
