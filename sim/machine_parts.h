// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/check.h"
#include "sim/exception_unit.h"
#include "sim/machine.h"
#include "sim/machine_processor.h"
#include "sim/machine_watch.h"
#include "sim/memory/memory_map.h"
#include "sim/memory_layout.h"
#include "sim/peripherals/poll_watch.h"
#include "sim/peripherals/polled_bits.h"
#include "sim/peripherals/register_file.h"
#include "sim/peripherals/semihosting.h"

#include <unicorn/unicorn.h>

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sim {

inline void succeed(uc_err error) { CHECK(error == UC_ERR_OK); }

/// What a Machine is made of, for its own files only (machine*.cpp): machine.cpp sets it up and runs it,
/// machine_emulator.cpp is its side towards Unicorn, machine_peripherals.cpp its registers, machine_exceptions.cpp what
/// makes the core leave the straight way.
struct Machine::Parts final : Guest {
    Parts(const mcu::ChipModel& chip_model, const ElfImage& elf, const std::string& where, Options run_options);
    ~Parts() override;

    // Setting up.
    void open_emulator();
    void reset_core();
    void restart();

    // Guest.
    void read_registers(RegisterSet wanted, std::array<std::uint32_t, 16>& values) override;
    StackPointer read_stack_pointer() override;
    Recipe::Memory::Window memory_window(std::uint32_t address, unsigned bytes) override;
    std::span<const std::uint8_t> code(std::uint32_t address, std::uint32_t size) override;
    void met(const Block& block) override;

    // Running.
    RunResult run();
    bool serve_semihosting(RunResult& result);
    bool handle_trap(RunResult& result);
    bool handle_stop(uc_err error, RunResult& result);
    bool sleep(RunResult& result);
    void watch_current();
    void map_peripherals();
    void watch_read(std::uint32_t address, std::uint32_t value);
    RunResult waits_on_register();
    Irregularities irregularities() const;
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
    bool raise_not_executable(Fault fault, std::uint32_t at, RunResult& result);
    bool call_supervisor(std::uint32_t next, RunResult& result);
    bool in_fault_handler() const;
    RunResult overflowed(std::uint32_t at);
    bool notes_misaligned(const Instruction& in);
    std::uint32_t address_of(const Access& access) const;
    bool divides_by_zero(std::uint32_t instruction) const;
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
    static void on_watched(uc_engine*, std::uint64_t address, std::uint32_t size, void* self) noexcept;
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
    enum class Pause : std::uint8_t { // why the emulator was asked to stop
        none, // it stopped by itself
        watch, limit, stop_requested, exception, idle, overflow, reset, // before a block; `paused_at`
        divide_by_zero, unaligned, // before an instruction; `fault_at`
        trap, // by an instruction; `trap_number`
    };

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
    MachineWatch watch {uc, on_watched, this};
    std::atomic<bool> stop_requested = false;
    std::atomic<bool> attention = false; // look up from the loop of one block: a stop, or registers of the core changed
    bool exception_waits = false; // pending, but masked or not urgent enough: look again after each block
    std::uint32_t fault_at = 0, misaligned_address = 0; // of an instruction that cannot execute
    std::optional<FirstFault> first_fault;
    Irregularities noticed; // but for those of `system`, which knows its own, and these:
    std::set<std::uint32_t> floating_point_off; // instructions that use the FPU, begun while CPACR kept it off
    Pause pause = Pause::none;
    RunTracer::Begun begun = RunTracer::Begun::runs; // what the block that was about to begin wants watched
    std::uint32_t paused_at = 0; // the block that was about to begin
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

} // namespace sim
