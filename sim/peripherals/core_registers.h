// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/core_model.h"
#include "sim/peripherals/architecture.h"
#include "sim/peripherals/register_write.h"

#include <cstdint>
#include <map>

namespace sim {

/// The registers of the private peripheral bus that only keep or show a value: identification of
/// the core (CPUID, ID_*, MVFR*, cache sizes), CPACR and the FPU's context registers, DEMCR, and
/// everything that has no model at all, which reads back what was written. Values: the cores'
/// technical reference manuals, by row in core_registers.cpp.
class CoreRegisters {
public:
    /// Of the level-1 caches; 0: none. Ways and lines are those of the Cortex-M7, the only core
    /// that has them.
    struct Caches {
        std::uint32_t instruction_bytes = 0, data_bytes = 0;
    };
    CoreRegisters(const mcu::CoreModel& core, Caches caches);

    std::uint32_t read(std::uint32_t address) const;
    void write(std::uint32_t address, RegisterWrite write);
    /// By the processor itself, past what software may write.
    void set(std::uint32_t address, std::uint32_t value);

private:
    struct Register {
        std::uint32_t value = 0, writable = ~0u;
    };
    std::uint32_t cache_size() const;

    Caches caches_;
    std::map<std::uint32_t, Register> registers_;
};

} // namespace sim
