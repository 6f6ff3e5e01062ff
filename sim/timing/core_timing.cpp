// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/timing/core_timing.h"

#include "base/input_error.h"
#include "sim/timing/dual_issue_timing.h"
#include "sim/timing/single_issue_timing.h"

namespace sim {

std::unique_ptr<CoreTiming> make_core_timing(const mcu::CoreModel& core)
{
    if (core.pipeline == "single_issue")
        return std::make_unique<SingleIssueTiming>(core);
    if (core.pipeline == "dual_issue")
        return std::make_unique<DualIssueTiming>(core);
    throw base::InputError("core " + core.name, "expected pipeline 'single_issue' or 'dual_issue', found '" + core.pipeline + "'");
}

} // namespace sim
