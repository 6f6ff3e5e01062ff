// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/machine.h"

#include "sim/chip_dependence.h"
#include "sim/machine_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace sim {
namespace {

constexpr std::uint64_t most_resets = 1000; // a firmware that does nothing else ends
constexpr std::size_t call_stack_shown = 64;

/// A C library that runs without a linker script of its own has its stack from here.
HeapInformation heap_information(const MemoryLayout& layout, const Boot& boot)
{
    return {.heap_base = layout.heap_start.value_or(0), .heap_limit = layout.heap_limit.value_or(0),
        .stack_base = layout.stack_top.value_or(boot.stack_pointer), .stack_limit = layout.stack_limit.value_or(0)};
}

} // namespace

Machine::Parts::Parts(const mcu::ChipModel& chip_model, const ElfImage& elf, const std::string& where, Options run_options)
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

Machine::Parts::~Parts()
{
    if (uc)
        uc_close(uc);
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
        if (pause >= Pause::watch && pause <= Pause::reset)
            processor.set_program_counter(paused_at);
        std::uint32_t at = reg(pc);
        goes_on = false;
        switch (pause) {
        case Pause::none: goes_on = handle_stop(error, result); break;
        case Pause::watch:
            watch_current();
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
            goes_on = ++noticed.resets <= most_resets;
            if (goes_on)
                restart();
            else
                result = ended(StopReason::reset_requested, fmt::format("the firmware reset itself {} times, last before {}", noticed.resets, place(at)));
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

RunResult Machine::Parts::overflowed(std::uint32_t at)
{
    std::uint32_t reached = tracer.overflowed_to(), limit = tracer.stack_limit();
    RunResult result = ended(StopReason::stack_overflow,
        fmt::format("stack overflow: the stack reached {:#010x}, {} bytes below its limit {:#010x}, before {}", reached, limit - reached, limit, place(at)));
    result.address = reached;
    return result;
}

Machine::Irregularities Machine::Parts::irregularities() const
{
    Irregularities all = noticed;
    all.protection_switched_on += system->memory_protection_enabled_count();
    all.unpredictable_accesses += system->unpredictable_accesses();
    all.floating_point_off = floating_point_off.size();
    all.unknown_registers = registers.unknown_accesses();
    return all;
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
Machine::Irregularities Machine::irregularities() const { return parts_->irregularities(); }
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
