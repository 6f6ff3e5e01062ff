// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace traces {

/// One run that a batch was asked for, and what came of it. `key` names all that decides the result
/// (contents of target and chip, clock, kernels, planner, placement, limits, version of the tool):
/// two jobs of the same key are the same work.
struct Job {
    std::string key {};             // SHA-256, hexadecimal
    std::string target {}, chip {}; // as the plan says them
    std::uint64_t clock_hz = 0;
    std::string kernels {}, planner {}, placement {}; // what was asked for; empty: the usual one
    std::string tool_version {};
    std::string state {};   // done: there is a run; failed: there is none
    std::string run_id {};  // of what is done
    std::string failure {}; // of what failed: refused (the input), crashed, time, memory
    std::string reason {};  // one line for people
    std::uint64_t attempts = 1;
    bool operator==(const Job&) const = default;
};

} // namespace traces
