// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/power_model.h"
#include "traces/profile.h"

#include <span>
#include <string>
#include <vector>

namespace energy {

/// A run, and what a board drew while it ran the same.
struct Observation {
    std::string name;         // for messages: "run 17"
    double measured = 0;      // amperes at the supply pin
    double fixed = 0;         // of the model: what activity does not change (static, clock, stalled, memory)
    double working = 0;       // of the model: the term `active`, with activity 1
};

/// Of an uncalibrated run whose energy is known; InputError otherwise.
Observation observe(const traces::Profile& run, double measured);

struct Fit {
    mcu::Calibration calibration;
    std::vector<double> residuals; // relative: modeled / measured - 1
    bool activity_was_fitted = false; // else it is that of networks in general
};

/// Platform current and activity that explain what was measured, by least squares within their bounds. One observation, or
/// several that work alike, tell the platform current only.
///
/// InputError with the residual: would need an impossible value, does not explain what was measured.
Fit fit(std::span<const Observation> observations);

double modeled_current(const Observation& observation, const mcu::Calibration& calibration);

} // namespace energy
