// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/core_model.h"
#include "sim/peripherals/system_control.h"
#include "sim/processor.h"

#include <cstdint>
#include <optional>

namespace sim {

/// Takes exceptions and returns from them as a core does (Armv7-M ARM DDI0403E, B1.5.6 to B1.5.8; Armv6-M ARM DDI0419,
/// B1.5; Armv8-M ARM DDI0553, chapter B3 for code that stays in the secure state): frames with and without floating-point
/// registers, lazy stacking, tail-chaining, both stacks. What it costs is in the core's table ([exception.*]).
///
/// Lazy stacking: the registers are written at entry, since nothing can tell before; whether the handler used the
/// floating-point unit is known when it ends, and only then the cycles of saving and restoring are charged.
///
/// Not modeled: an exception that arrives in the middle of an instruction or of another's entry (late arrival: exceptions
/// are taken between blocks, where the most urgent one is chosen), derived faults of a lazy save, memory that makes
/// stacking wait, states of Armv8-M other than secure.
class ExceptionUnit {
public:
    ExceptionUnit(const mcu::CoreModel& core, SystemControl& system, Processor& processor);

    struct Step { // what happened
        enum class Kind : std::uint8_t { entered, chained, left, locked_up };
        Kind kind = Kind::locked_up;
        unsigned exception = 0; // entered or chained to
        std::uint32_t pc = 0; // where execution goes on, without the Thumb bit
        std::uint32_t frame = 0, words = 0; // pushed or popped; chained: none
        std::uint32_t stack_pointer = 0; // then
        std::uint64_t cycles = 0;
        bool sleep = false; // SLEEPONEXIT
    };
    /// `return_address`: of the instruction that comes next in the code that is interrupted.
    Step enter(unsigned exception, std::uint32_t return_address);
    /// The handler that runs branched to `exc_return`.
    Step leave(std::uint32_t exc_return);
    /// What a fault of the instruction at `at` leads to; nothing if the fault is one to be ignored.
    std::optional<Step> fault(Fault fault, std::optional<std::uint32_t> address, std::uint32_t at);

    /// Before the firmware looks at FPCCR: has the handler that runs used the floating-point unit?
    void notice_floating_point();

private:
    Step chain(unsigned exception, std::uint32_t exc_return, std::uint64_t cycles);
    bool go_to_vector(Step& step, unsigned exception);
    void push_floating_point(std::uint32_t at, const Processor::Mode& mode);
    static std::uint64_t cycles_of(const mcu::Figure& figure) { return static_cast<std::uint64_t>(figure.value); }

    const mcu::CoreModel& core_;
    SystemControl& system_;
    Processor& processor_;
    bool lazy_save_pending_ = false;
    std::uint64_t owed_cycles_ = 0; // of a lazy save that took place, charged with the next step
};

} // namespace sim
