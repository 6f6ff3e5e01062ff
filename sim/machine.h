// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "sim/boot.h"
#include "sim/elf_image.h"
#include "sim/listener.h"
#include "sim/meter.h"
#include "sim/peripherals/host_access.h"
#include "sim/run_result.h"
#include "sim/run_tracer.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sim {

/// One chip running one ELF file: owns emulator, memory, timing; runs until the firmware ends, faults, or has run long
/// enough; announces what happens to listeners. Unicorn executes, everything else only watches.
///
/// Modeled: the chip's memories, semihosting, peripheral registers that do what the chip file says of them and read back
/// what was written otherwise.
/// Exceptions, SysTick, DWT, ITM, sleep and reset are the core's own registers' (SystemControl) and ExceptionUnit's, on the
/// model's time; several meters: that of the first.
/// Not modeled: the MPU's protection, unprivileged code kept from the core's registers, the FPU refusing while CPACR keeps it
/// off (all counted: Irregularities), interrupts of peripherals other than those software makes pending, an exception in
/// the middle of a block: they come between blocks. Code that changes while it runs executes rightly but is timed as it was
/// when it ran first.
/// One thread at a time; only `request_stop` may be called from elsewhere, a signal handler included.
class Machine {
public:
    struct Options {
        RunTracer::Mode mode = RunTracer::Mode::blocks;
        std::uint64_t instruction_limit = 20'000'000'000;
        HostAccess host {};
    };
    /// InputError if the image does not fit the chip's memories (which bank, by how much) or the emulator is not one that
    /// we know (`where`: the image's name).
    Machine(const mcu::ChipModel& chip, const ElfImage& image, const std::string& where, Options options);
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    void add_listener(Listener& listener);
    RunResult run();
    void request_stop() noexcept;

    /// CHECKs that the range is memory of the chip.
    void write_memory(std::uint32_t address, std::span<const std::uint8_t> bytes);
    std::vector<std::uint8_t> read_memory(std::uint32_t address, std::uint32_t size) const;

    /// Another chip of the same core with the same memory, timed by the same run: its meter is `meter(1)`, and so on. Before
    /// the run. What is announced to the firmware, time above all, is of the first chip: see `depends_on_chip`.
    void add_chip(const mcu::ChipModel& chip);
    Meter& meter(std::size_t chip = 0);
    /// The firmware looked at the time, at registers outside the core, or asked for the chip's memory: what it did may be
    /// something else on another chip.
    bool depends_on_chip() const;
    RunTracer& tracer();
    std::uint32_t initial_stack_pointer() const;
    /// Where the run begins, and what was found there.
    const Boot& boot() const;
    /// Now: for listeners, at the start of a function before its first instruction.
    std::uint32_t stack_pointer() const;
    /// The same of r0 to r12 and lr: for listeners, when a function was entered or left.
    std::uint32_t register_value(unsigned number) const;
    const Console& console() const;

    /// What the firmware did that a chip would have refused, or that no model answers for; over the whole run.
    struct Irregularities {
        std::uint64_t faults = 0; // raised, whether dealt with or not
        std::uint64_t resets = 0; // by the firmware itself
        std::uint64_t unprivileged_accesses = 0; // to the core's registers, let through
        std::uint64_t protection_switched_on = 0; // the MPU's
        std::uint64_t unpredictable_accesses = 0; // to the core's registers, by width
        std::uint64_t floating_point_off = 0; // instructions that use the FPU, met first while CPACR kept it off
        std::uint64_t unknown_registers = 0; // accesses to registers of peripherals that no chip file describes
    };
    Irregularities irregularities() const;

    /// Only in exact mode: instructions as the emulator announced them one by one (those skipped under IT are not).
    std::uint64_t announced_instructions() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace sim
