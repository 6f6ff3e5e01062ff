// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/run_result.h"

#include "base/check.h"

namespace sim {

std::string_view name_of(StopReason reason)
{
    switch (reason) {
    case StopReason::exited: return "exited";
    case StopReason::unmapped_access: return "unmapped_access";
    case StopReason::undefined_instruction: return "undefined_instruction";
    case StopReason::fault: return "fault";
    case StopReason::unhandled_trap: return "unhandled_trap";
    case StopReason::lock_up: return "lock_up";
    case StopReason::stack_overflow: return "stack_overflow";
    case StopReason::endless_loop: return "endless_loop";
    case StopReason::asleep: return "asleep";
    case StopReason::reset_requested: return "reset_requested";
    case StopReason::instruction_limit: return "instruction_limit";
    case StopReason::waits_on_register: return "waits_on_register";
    case StopReason::interrupted: return "interrupted";
    }
    CHECK(false);
}

} // namespace sim
