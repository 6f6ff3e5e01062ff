// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/energy/life.h"

#include <algorithm>

namespace energy {
namespace {

constexpr double seconds_an_hour = 3600, hours_a_year = 8760;

double capacity_factor(const mcu::Battery& battery, double celsius)
{
    const auto& points = battery.cold;
    if (points.empty() || celsius >= points.back().celsius)
        return points.empty() ? 1 : points.back().factor;
    if (celsius <= points.front().celsius)
        return points.front().factor;
    auto upper = std::ranges::find_if(points, [&](const auto& point) { return celsius <= point.celsius; });
    auto lower = std::prev(upper);
    return lower->factor + (upper->factor - lower->factor) * (celsius - lower->celsius) / (upper->celsius - lower->celsius);
}

} // namespace

double Duty::average_current() const
{
    double charge = 0, current = 0;
    for (const Phase& phase : phases)
        charge += phase.charge;
    for (const Constant& constant : constants)
        current += constant.current;
    return charge / period + current;
}

Life life_of(double average_current, const Supply& supply)
{
    const mcu::Battery& battery = supply.battery;
    const Regulator& regulator = supply.regulator;
    double ratio = regulator.converts ? supply.volts / battery.volts : 1;
    Life life;
    life.battery_current = average_current * ratio / regulator.efficiency + regulator.quiescent_current;
    life.self_discharge = battery.capacity * battery.self_discharge / hours_a_year;
    double charge = battery.capacity * battery.usable * capacity_factor(battery, supply.celsius) * supply.age; // Ah
    life.uncapped_seconds = seconds_an_hour * charge / (life.battery_current + life.self_discharge);
    double shelf = battery.shelf_years * 365 * 24 * seconds_an_hour;
    life.capped = life.uncapped_seconds > shelf;
    life.seconds = std::min(life.uncapped_seconds, shelf);
    return life;
}

} // namespace energy
