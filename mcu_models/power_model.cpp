// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/power_model.h"

#include "base/check.h"
#include "mcu_models/chip_model.h"

#include <algorithm>

namespace mcu {
namespace {

struct Knot {
    double x = 0, y = 0;
};

/// Straight lines between points of rising x; beyond the ends the value there.
double on_lines(const std::vector<Knot>& points, double x)
{
    CHECK(!points.empty());
    if (x <= points.front().x)
        return points.front().y;
    for (std::size_t i = 1; i < points.size(); ++i) {
        const Knot &a = points[i - 1], &b = points[i];
        if (x <= b.x)
            return a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x);
    }
    return points.back().y;
}

double hertz(base::Hertz clock) { return static_cast<double>(clock.count()); }

} // namespace

double LowPowerState::current_at(double volts, double celsius) const
{
    std::vector<Knot> by_volts, by_heat;
    for (const LowPowerState::Point& point : current)
        by_volts.push_back({point.volts, point.current});
    for (const Heat& point : heat)
        by_heat.push_back({point.celsius, point.factor});
    return on_lines(by_volts, volts) * (by_heat.empty() ? 1 : on_lines(by_heat, celsius));
}

const PowerRange* PowerModel::range_for(const ChipModel& chip) const
{
    const PowerRange* lowest = nullptr;
    for (const PowerRange& range : ranges) {
        if (chip.clock > range.rows.back().clock)
            continue;
        if (range.name == chip.supply)
            return &range;
        lowest = &range;
    }
    // Where the core's voltage is no part of the wait states it is the lowest that reaches the clock.
    bool supply_is_a_range = std::ranges::any_of(
        ranges, [&](const PowerRange& range) { return range.name == chip.supply; });
    return supply_is_a_range ? nullptr : lowest;
}

PowerModel::Currents PowerModel::currents_at(const PowerRange& range, base::Hertz clock)
{
    std::vector<Knot> active = {{0, range.static_current}}, sleep = active;
    for (const RunCurrent& row : range.rows) {
        active.push_back({hertz(row.clock), row.active});
        if (row.sleep)
            sleep.push_back({hertz(row.clock), *row.sleep});
    }
    double f = hertz(clock);
    Currents currents {range.static_current, on_lines(sleep, f), on_lines(active, f)};
    if (f > sleep.back().x) // beyond the last row that tells: as steep as until there
        currents.sleep = range.static_current
            + (sleep.back().y - range.static_current) * f / sleep.back().x;
    return currents;
}

double PowerModel::charge_ratio(const Regulator& regulator, double volts)
{
    std::vector<Knot> points;
    for (const SupplyPoint& point : regulator.points)
        points.push_back({point.volts, point.charge});
    return on_lines(points, volts);
}

const LowPowerState* PowerModel::find_state(std::string_view name) const
{
    auto found = std::ranges::find(states, name, &LowPowerState::name);
    return found == states.end() ? nullptr : &*found;
}

} // namespace mcu
