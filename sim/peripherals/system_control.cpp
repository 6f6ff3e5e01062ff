// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/system_control.h"

#include <array>

namespace sim {
namespace {

constexpr std::uint32_t debug_control = 0xe000edfc; // DEMCR
constexpr unsigned trace_enable_bit = 24, monitor_enable_bit = 16, monitor_pending_bit = 17;
constexpr std::uint32_t coprocessor_access = 0xe000ed88, context_control = 0xe000ef34,
                        context_address = 0xe000ef38, default_status = 0xe000ef3c;

// FPCCR (Armv7-M ARM, B3.2.21).
constexpr unsigned automatic_bit = 31, lazy_bit = 30, thread_bit = 3, user_bit = 1,
                   reserved_bit = 0;
struct ReadyBit { // whether this exception could have been taken when the frame was reserved
    unsigned bit, exception;
};
constexpr ReadyBit ready_bits[] = {{8, exception::debug_monitor}, {6, exception::bus_fault},
    {5, exception::memory_management}, {4, exception::hard_fault}};
constexpr std::uint32_t reserved_state = 0x17b; // the bits above but ASPEN and LSPEN

struct Defaults {
    unsigned priority_bits, interrupts;
};
constexpr Defaults defaults[] = {{2, 32}, {4, 240}, {4, 480}}; // by architecture

const Defaults& defaults_of(Architecture architecture)
{
    return defaults[static_cast<unsigned>(architecture)];
}

// Its own registers' quirks, by core (the table's architecture says the rest).
bool is_cortex_m7(const mcu::CoreModel& core) { return core.name == "cortex-m7"; }

} // namespace

SystemControl::SystemControl(const mcu::CoreModel& core, Processor processor, Options options)
    : architecture_(architecture_of(core))
    , now_(processor.now)
    , nvic_(architecture_, options.interrupts.value_or(defaults_of(architecture_).interrupts),
          options.priority_bits.value_or(defaults_of(architecture_).priority_bits))
    , block_(architecture_, nvic_,
          {.instruction = options.caches.instruction_bytes > 0,
              .data = options.caches.data_bytes > 0},
          is_cortex_m7(core))
    , systick_(options.reference_divider)
    , cycle_counter_(architecture_,
          {.now = processor.now,
              .account = processor.account,
              .instructions = processor.instructions,
              .program_counter = processor.program_counter},
          is_cortex_m7(core) && options.probe == Instrumentation::Probe::absent ? CycleCounter::Lock::present : CycleCounter::Lock::none)
    , instrumentation_(architecture_, options.probe, processor.console)
    , memory_protection_(architecture_, options.mpu_regions)
    , registers_(core, options.caches)
{
}

SystemControl::SystemControl(const mcu::CoreModel& core, Processor processor)
    : SystemControl(core, std::move(processor), Options {})
{
}

void SystemControl::advance(std::uint64_t now)
{
    if (systick_.advance(now))
        nvic_.set_pending(exception::systick);
}

/// Words only (Armv6-M ARM, B3.1.1).
void SystemControl::count_unpredictable(unsigned bytes)
{
    unpredictable_accesses_ += architecture_ == Architecture::v6m && bytes != 4;
}

std::uint32_t SystemControl::read(std::uint32_t address, unsigned bytes)
{
    advance(now());
    count_unpredictable(bytes);
    std::uint32_t lanes = RegisterWrite::at(address, 0, bytes).lanes;
    return (read_word(address & ~3u) & lanes) >> (8 * (address & 3));
}

void SystemControl::write(std::uint32_t address, std::uint32_t value, unsigned bytes)
{
    advance(now());
    count_unpredictable(bytes);
    write_word(address & ~3u, RegisterWrite::at(address, value, bytes));
}

std::uint32_t SystemControl::read_word(std::uint32_t address)
{
    if (CycleCounter::holds(address))
        return cycle_counter_.read(address);
    if (SysTick::holds(address))
        return systick_.read(address);
    if (Nvic::holds(address))
        return nvic_.read(address);
    if (SystemControlBlock::holds(address))
        return block_.read(address);
    if (Instrumentation::holds(address))
        return instrumentation_.read(address);
    if (MemoryProtection::holds(address))
        return memory_protection_.read(address);
    if (address == debug_control)
        return registers_.read(address)
            | std::uint32_t {nvic_.is_pending(exception::debug_monitor)} << monitor_pending_bit;
    return registers_.read(address);
}

void SystemControl::write_word(std::uint32_t address, RegisterWrite write)
{
    if (CycleCounter::holds(address))
        return cycle_counter_.write(address, write);
    if (SysTick::holds(address))
        return systick_.write(address, write, now());
    if (Nvic::holds(address))
        return nvic_.write(address, write);
    if (SystemControlBlock::holds(address))
        return block_.write(address, write);
    if (Instrumentation::holds(address))
        return instrumentation_.write(address, write);
    if (MemoryProtection::holds(address))
        return memory_protection_.write(address, write);
    registers_.write(address, write);
    if (address != debug_control)
        return;

    std::uint32_t control = registers_.read(debug_control);
    cycle_counter_.set_trace_enabled(bits(control, trace_enable_bit));
    instrumentation_.set_trace_enabled(bits(control, trace_enable_bit));
    nvic_.set_enabled(exception::debug_monitor, bits(control, monitor_enable_bit));
    if (bits(write.lanes, monitor_pending_bit)) {
        if (bits(write.value, monitor_pending_bit))
            nvic_.set_pending(exception::debug_monitor);
        else
            nvic_.clear_pending(exception::debug_monitor);
    }
}

bool SystemControl::floating_point_frames() const
{
    return bits(registers_.read(context_control), automatic_bit);
}
bool SystemControl::lazy_floating_point_frames() const
{
    return bits(registers_.read(context_control), lazy_bit);
}
bool SystemControl::floating_point_frame_reserved() const
{
    return bits(registers_.read(context_control), reserved_bit);
}
std::uint32_t SystemControl::floating_point_frame() const
{
    return registers_.read(context_address);
}

void SystemControl::reserve_floating_point_frame(
    std::uint32_t address, Mode mode, Level level, const Masks& masks)
{
    registers_.set(context_address, address & ~7u);
    std::uint32_t control = registers_.read(context_control) & ~reserved_state;
    control |= 1u << reserved_bit | std::uint32_t {level == Level::unprivileged} << user_bit
        | std::uint32_t {mode == Mode::thread} << thread_bit;
    for (const ReadyBit& row : ready_bits)
        control |= std::uint32_t {nvic_.is_enabled(row.exception)
                       && nvic_.can_preempt(row.exception, masks)}
            << row.bit;
    registers_.set(context_control, control);
}

void SystemControl::release_floating_point_frame()
{
    registers_.set(context_control, registers_.read(context_control) & ~(1u << reserved_bit));
}

std::uint32_t SystemControl::floating_point_default_status() const
{
    return registers_.read(default_status);
}

/// CPACR.CP10 (Armv7-M ARM, B3.2.20): 0b01 privileged only, 0b11 everybody.
bool SystemControl::floating_point_allowed(Level level) const
{
    std::uint32_t access = bits(registers_.read(coprocessor_access), 20, 2);
    return access == 3 || (access == 1 && level == Level::privileged);
}

} // namespace sim
