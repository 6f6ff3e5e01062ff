// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "mcu_models/power_model.h"
#include "profiler/energy/life.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace energy {

/// What draws beside the chip. `on`: seconds a period, before the inference; none: all the time.
struct Sensor {
    std::string name;
    double current = 0;
    std::optional<double> on;
};

/// After some of the inferences.
struct Radio {
    std::string name;
    double current = 0, seconds = 0, a_second = 0; // how often
};

/// What a device does all day: an inference a period, or whenever something wakes it; asleep between.
struct Scenario {
    std::optional<double> period; // seconds
    std::string sleep;            // a state of the chip; empty: its first
    std::optional<mcu::Battery> battery;
    Regulator regulator;
    double celsius = 20, age = 1;
    std::vector<Sensor> sensors;
    std::vector<Radio> radios;
    std::string wake_on = "timer";
    double wakes_a_second = 0; // 0: the period says when
};

/// Options as typed, also the texts of a scenario file: "pdm-mic=650uA", "pdm-mic", "camera=1.1mA@100ms";
/// "wifi=24.9mA:34s:5/day"; "pir=170uA:40/day", "timer"; "buck:0.9:1uA", "ldo:2uA", "none".
Sensor parse_sensor(std::string_view text);
Radio parse_radio(std::string_view text);
void set_wake_on(Scenario& scenario, std::string_view text);
Regulator parse_regulator(std::string_view text);
double parse_period(std::string_view text);
double parse_celsius(std::string_view text, const std::string& where);

/// A `*.toml` with the same names as the options. InputError with file and line.
Scenario parse_scenario(std::string_view text, const std::string& where);

/// An inference as it was simulated or measured.
struct Inference {
    double seconds = 0, charge = 0; // charge: at the supply pin
};

/// The chip's state of that name, its first if the name is empty. InputError: unknown, with the list.
const mcu::LowPowerState& sleep_state(const mcu::ChipModel& chip, std::string_view name);

/// What happens in a period. InputError: it does not fit in it (says the duty and the shortest possible period), a name that
/// is unknown, a chip of which nobody knows what it draws asleep.
Duty duty_of(const Scenario& scenario, const Inference& inference, const mcu::ChipModel& chip, double period);
double shortest_period(const Scenario& scenario, const Inference& inference, const mcu::ChipModel& chip);

} // namespace energy
