// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/energy_parts.h"

#include <optional>
#include <string>
#include <vector>

/// How long a battery lasts, from what a device does in each period. Seconds, amperes, coulombs at the chip's supply pin.
///
/// Not modeled: the battery's voltage falling, its inner resistance, the regulator's efficiency changing with the load.
namespace energy {

/// A stretch of the period in which the device draws one current, beside charges that come at once.
struct Phase {
    std::string name; // sleep, wake, sense, infer, radio
    double seconds = 0;
    double current = 0; // while it lasts
    double charge = 0;  // of the period: current * seconds and what comes at once
};

/// What draws all the time, whatever the phase.
struct Constant {
    std::string name;
    double current = 0;
};

struct Duty {
    double period = 0;
    std::vector<Phase> phases; // they fill the period
    std::vector<Constant> constants;

    double average_current() const;
};

struct Regulator {
    double efficiency = 1;        // of the power; 1 and no quiescent current: none
    double quiescent_current = 0; // from the battery
    bool converts = false;        // a switching one: draws less current from a higher voltage. Else its input current is its output current
};

struct Supply {
    mcu::Battery battery;
    Regulator regulator;
    double volts = 0;    // of the chip
    double celsius = 20; // of the battery
    double age = 1;      // share of the capacity that is left
};

struct Life {
    double battery_current = 0; // on average, with self-discharge left out
    double self_discharge = 0;  // as a current
    double seconds = 0;         // of use
    bool capped = false;        // by the shelf life
    double uncapped_seconds = 0;
};

/// life = C u k_T k_age / (I_battery + C s / 8760 h), at most the shelf life.
Life life_of(double average_current, const Supply& supply);

} // namespace energy
