// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/energy/life.h"
#include "profiler/energy/scenario.h"
#include "traces/profile.h"

#include <optional>
#include <string>
#include <vector>

/// What `mcuprof energy` says: of one run, how a period of a device looks and how long its battery lasts.
namespace energy {

/// One period, with the range that the energy of the inference has.
struct Outlook {
    double period = 0;
    double average = 0, average_low = 0, average_high = 0; // amperes at the chip's supply
    std::optional<Life> life, life_low, life_high;         // none: no battery was named
};

struct Answer {
    traces::RunInfo run;
    traces::Energy inference; // joules
    double latency = 0;
    std::string state, state_keeps;
    bool wake_known = true;
    Scenario scenario;
    Supply supply;
    Duty duty;
    Outlook outlook;
    std::vector<Outlook> table; // other periods, rising; those too short for the inference are left out
    double shortest_period = 0;
};

/// InputError: the energy of the run is unknown, it did not end well, the period is too short.
Answer answer(const traces::Profile& profile, const mcu::ChipModel& chip, const Scenario& scenario);

std::string to_text(const Answer& answer);
std::string to_json(const Answer& answer);

} // namespace energy
