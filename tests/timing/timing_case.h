// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/timing/core_timing.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace timing {

/// A few instructions for one core: `m4/load_use.s`. The first comment says why the case exists and
/// which rule it rests on; further comment lines may say what the instructions alone do not:
///
///   # path: taken, not taken     how the conditional branches go, in the order of their execution
///   (after the last: not taken) # operands: near, far, slow, skipped     where the accesses lie,
///   in the order of their execution (after the last: near);
///                                 far: another bank, slow: a bank that makes chains of loads begin
///                                 a cycle later, skipped: the condition of the access failed
///   # address: 2                 where the first instruction lies (default 0)
///
/// Calls are followed and returned from; execution ends at the first return without a call, or
/// behind the last instruction.
struct Case {
    std::string core; // "cortex-m4", by the folder
    std::string source;
    std::vector<bool> taken;
    std::vector<sim::OperandClass> operands;
    std::uint32_t address = 0;
};

Case read_case(const std::filesystem::path& file);

} // namespace timing
