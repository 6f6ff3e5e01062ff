// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/power_model.h"

#include "mcu_models/chip_model.h"
#include "mcu_models/provenance.h"
#include "mcu_models/quantity_text.h"
#include "mcu_models/toml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace mcu {
namespace {

constexpr double milli = 1e-3, micro = 1e-6, nano = 1e-9, pico = 1e-12;

/// No chip of this kind draws more; beyond is a slip of the pen.
constexpr double most_milliamperes = 2000, most_volts = 6, most_picocoulombs = 1e6;

/// How far rows of a grade may be off, relative: typical parts against one's own, stand-ins, guesses.
struct GradeError {
    Grade grade;
    double error;
};
constexpr std::array grade_errors = {GradeError {Grade::datasheet, 0.05},
    GradeError {Grade::measured, 0.05}, GradeError {Grade::secondary, 0.15},
    GradeError {Grade::estimate, 0.30}};

double number_between(const TomlTable& table, std::string_view key, double low, double high)
{
    double value = table.number(key);
    if (value < low || value > high)
        table.refuse(key, fmt::format("'{}' must be from {} to {}, found {}", key, low, high, value));
    return value;
}

double number_or(const TomlTable& table, std::string_view key, double low, double high, double fallback)
{
    return table.has(key) ? number_between(table, key, low, high) : fallback;
}

std::vector<RunCurrent> read_rows(const TomlTable& table)
{
    std::vector<RunCurrent> rows;
    for (const TomlTable& row : table.tables("rows")) {
        RunCurrent current {.clock = row.hertz("clock"),
            .active = milli * number_between(row, "active_ma", 0, most_milliamperes),
            .sleep = {}};
        if (row.has("sleep_ma"))
            current.sleep = milli * number_between(row, "sleep_ma", 0, most_milliamperes);
        row.refuse_other_keys();
        if (current.clock == base::Hertz())
            row.refuse("clock", "nothing runs at 0 Hz");
        if (!rows.empty() && current.clock <= rows.back().clock)
            row.refuse("clock",
                fmt::format("clocks must rise: {} follows {}", clock_text(current.clock),
                    clock_text(rows.back().clock)));
        if (!rows.empty() && current.active < rows.back().active)
            row.refuse("active_ma", "a faster clock draws no less: currents must rise");
        if (current.sleep && *current.sleep >= current.active)
            row.refuse("sleep_ma",
                fmt::format("asleep it must draw less than the {} mA of running",
                    current.active / milli));
        rows.push_back(current);
    }
    if (rows.empty())
        table.refuse("rows", fmt::format("{} needs 'rows' (currents by clock)", table.title()));
    if (std::ranges::none_of(rows, [](const RunCurrent& row) { return row.sleep.has_value(); }))
        table.refuse("rows", "one of the rows must say 'sleep_ma'");
    return rows;
}

Regulator read_regulator(const TomlTable& table)
{
    Regulator regulator {.name = table.text("name"), .points = {}};
    for (const TomlTable& point : table.tables("points")) {
        regulator.points.push_back({number_between(point, "volts", 0.5, most_volts),
            number_between(point, "charge", 0.1, 10)});
        point.refuse_other_keys();
        std::size_t count = regulator.points.size();
        if (count > 1 && regulator.points[count - 1].volts <= regulator.points[count - 2].volts)
            point.refuse("volts", "voltages must rise");
    }
    table.refuse_other_keys();
    if (regulator.points.empty())
        table.refuse("points", fmt::format("regulator '{}' needs 'points' of volts and charge", regulator.name));
    if (regulator.name != "LDO" && regulator.name != "SMPS")
        table.refuse("name", fmt::format("a regulator is 'LDO' or 'SMPS', found '{}'", regulator.name));
    return regulator;
}

PowerRange read_range(const TomlTable& table)
{
    Provenance provenance = read_provenance(table);
    PowerRange range;
    range.source = provenance.source;
    range.grade = provenance.grade;
    range.name = table.text_or("name", "");
    range.rows = read_rows(table);
    range.static_current = milli * number_between(table, "static_ma", 0, most_milliamperes);
    for (const RunCurrent& row : range.rows)
        if (range.static_current > row.sleep.value_or(row.active))
            table.refuse("static_ma",
                fmt::format("at 0 Hz it must draw no more than the {} mA of the rows",
                    row.sleep.value_or(row.active) / milli));
    for (const TomlTable& regulator : table.tables("regulator"))
        range.regulators.push_back(read_regulator(regulator));
    if (range.regulators.empty())
        table.refuse("regulator", fmt::format("{} needs 'regulator'", table.title()));
    double error = std::ranges::find(grade_errors, range.grade, &GradeError::grade)->error;
    range.low = number_or(table, "low", -0.9, 0, -error);
    range.high = number_or(table, "high", 0, 5, error);
    table.refuse_other_keys();
    return range;
}

MemoryCharge read_memory(const TomlTable& table, const ChipModel& chip)
{
    Provenance provenance = read_provenance(table);
    MemoryCharge memory {.region = table.text("region"),
        .miss = pico * number_or(table, "miss_pc", 0, most_picocoulombs, 0),
        .access = pico * number_or(table, "access_pc", 0, most_picocoulombs, 0),
        .source = provenance.source,
        .grade = provenance.grade};
    if (!chip.find_region(memory.region))
        table.refuse("region", fmt::format("names no region of this chip: '{}'", memory.region));
    table.refuse_other_keys();
    return memory;
}

LowPowerState read_state(const TomlTable& table)
{
    Provenance provenance = read_provenance(table);
    LowPowerState state;
    state.name = table.text("name");
    state.title = table.text("keeps");
    state.source = provenance.source;
    state.grade = provenance.grade;
    for (const TomlTable& point : table.tables("current")) {
        state.current.push_back({number_between(point, "volts", 0.5, most_volts),
            micro * number_between(point, "ua", 0, 1e6)});
        point.refuse_other_keys();
    }
    if (state.current.empty())
        table.refuse("current", fmt::format("state '{}' needs 'current' (volts and ua)", state.name));
    for (std::size_t i = 1; i < state.current.size(); ++i)
        if (state.current[i].volts <= state.current[i - 1].volts)
            table.refuse("current", "voltages must rise");
    state.wake_known = table.has("wake_us");
    state.wake_charge = nano * number_or(table, "wake_nc", 0, 1e9, 0);
    state.wake_time = micro * number_or(table, "wake_us", 0, 1e8, 0);
    for (const TomlTable& heat : table.tables("heat")) {
        state.heat.push_back(
            {number_between(heat, "celsius", -60, 200), number_between(heat, "factor", 0.01, 1000)});
        heat.refuse_other_keys();
        if (state.heat.size() > 1 && state.heat.back().celsius <= state.heat[state.heat.size() - 2].celsius)
            heat.refuse("celsius", "temperatures must rise");
    }
    table.refuse_other_keys();
    return state;
}

} // namespace

PowerModel read_power(const TomlTable& table, const ChipModel& chip)
{
    PowerModel power;
    power.volts = number_between(table, "volts", 0.5, most_volts);
    std::set<std::string> names;
    for (const TomlTable& range : table.tables("range")) {
        power.ranges.push_back(read_range(range));
        const PowerRange& read = power.ranges.back();
        if (!names.insert(read.name).second)
            range.refuse("name", fmt::format("two ranges have the name '{}'", read.name));
        if (power.ranges.size() > 1
            && read.rows.back().clock >= power.ranges[power.ranges.size() - 2].rows.back().clock)
            range.refuse("rows", "the range with the highest clock comes first");
    }
    if (power.ranges.empty())
        table.refuse("range", "[power] needs at least one [[power.range]]");
    if (power.ranges.front().rows.back().clock < chip.maximum_clock)
        table.refuse("range",
            fmt::format("currents end at {}, the maximum clock is {}",
                clock_text(power.ranges.front().rows.back().clock), clock_text(chip.maximum_clock)));
    std::set<std::string> regions;
    for (const TomlTable& memory : table.tables("memory")) {
        power.memories.push_back(read_memory(memory, chip));
        if (!regions.insert(power.memories.back().region).second)
            memory.refuse("region",
                fmt::format("two charges of region '{}'", power.memories.back().region));
    }
    names.clear();
    for (const TomlTable& state : table.tables("state")) {
        power.states.push_back(read_state(state));
        if (!names.insert(power.states.back().name).second)
            state.refuse("name", fmt::format("two states have the name '{}'", power.states.back().name));
    }
    table.refuse_other_keys();
    return power;
}

} // namespace mcu
