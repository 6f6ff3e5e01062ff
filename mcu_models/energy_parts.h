// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/core_model.h"

#include <string>
#include <string_view>
#include <vector>

/// Batteries, sensors and radios by name: mcu_models/energy/*.toml, each with source and grade.
namespace mcu {

/// Cells in series. Amperes, ampere hours, volts.
struct Battery {
    struct Cold {
        double celsius = 20, factor = 1;
    };
    std::string name, title;
    int cells = 1;
    double volts = 0;          // of all cells
    double capacity = 0;       // rated, Ah
    double usable = 1;         // share of it before the voltage is too low
    double self_discharge = 0; // share of the rated capacity a year
    double shelf_years = 10;   // seals and ageing end it then
    double most_current = 0;   // in pulses; 0: not limited
    std::vector<Cold> cold;    // capacity by temperature, rising; empty: not known
    std::string source;
    Grade grade = Grade::estimate;
};

/// "2xAA-lithium", "CR2032", in any case. InputError: unknown, with the list.
Battery find_battery(std::string_view name);
std::vector<Battery> batteries();

struct Part {
    std::string name, title;
    double current = 0; // amperes
    std::string source;
    Grade grade = Grade::estimate;
};
std::vector<Part> parts();

} // namespace mcu
