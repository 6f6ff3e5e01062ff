// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/energy/scenario.h"

#include "base/check.h"
#include "base/input_error.h"
#include "base/suggest.h"
#include "mcu_models/power_model.h"
#include "mcu_models/toml_reader.h"
#include "profiler/energy/quantities.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace energy {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> words;
    while (true) {
        std::size_t end = text.find(separator);
        words.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return words;
        text.remove_prefix(end + 1);
    }
}

struct NameAndRest {
    std::string name, rest; // rest: empty if the text has no '='
};
NameAndRest split_name(std::string_view text, const std::string& where)
{
    std::size_t equals = text.find('=');
    NameAndRest result {std::string(text.substr(0, equals)), equals == std::string_view::npos ? "" : std::string(text.substr(equals + 1))};
    if (result.name.empty() || (equals != std::string_view::npos && result.rest.empty()))
        throw base::InputError(where, fmt::format("expected NAME=CURRENT, found '{}'", text));
    return result;
}

/// Of a part that has a name only.
double known_current(const std::string& name, const std::string& where)
{
    std::vector<std::string> names;
    for (const mcu::Part& part : mcu::parts()) {
        if (part.name == name)
            return part.current;
        names.push_back(part.name);
    }
    std::string hint = base::suggestion(name, names);
    throw base::InputError(where,
        fmt::format("expected NAME=CURRENT, or one of {}; found '{}'{}", fmt::join(names, ", "), name, hint.empty() ? "" : "; " + hint));
}

double share(std::string_view text, const std::string& where, std::string_view what)
{
    double value = 0;
    auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || rest != text.data() + text.size() || !(value > 0 && value <= 1))
        throw base::InputError(where, fmt::format("expected {} above 0, at most 1, found '{}'", what, text));
    return value;
}

double asleep_current(const mcu::ChipModel& chip)
{
    const mcu::PowerRange* range = chip.power->range_for(chip);
    if (!range)
        throw base::InputError(chip.name, fmt::format("nobody says what it draws at this clock at supply '{}'", chip.supply));
    return mcu::PowerModel::currents_at(*range, chip.clock).sleep;
}

struct Times {
    double wake = 0, sense = 0, radio = 0;
};
Times times_of(const Scenario& scenario, const mcu::ChipModel& chip)
{
    Times times {.wake = sleep_state(chip, scenario.sleep).wake_time, .sense = 0, .radio = 0};
    for (const Sensor& sensor : scenario.sensors)
        times.sense = std::max(times.sense, sensor.on.value_or(0));
    return times;
}

} // namespace

Sensor parse_sensor(std::string_view text)
{
    std::string where = fmt::format("--sensor {}", text);
    auto [name, rest] = split_name(text, where);
    Sensor sensor {.name = name, .current = 0, .on = {}};
    if (rest.empty()) {
        sensor.current = known_current(name, where);
        return sensor;
    }
    std::vector<std::string_view> words = split(rest, '@');
    sensor.current = parse_amperes(words[0], where);
    if (words.size() == 2)
        sensor.on = parse_seconds(words[1], where);
    else if (words.size() > 2)
        throw base::InputError(where, "expected NAME=CURRENT@TIME, found more than one '@'");
    return sensor;
}

Radio parse_radio(std::string_view text)
{
    std::string where = fmt::format("--radio {}", text);
    auto [name, rest] = split_name(text, where);
    std::vector<std::string_view> words = split(rest, ':');
    if (words.size() != 3)
        throw base::InputError(where, "expected NAME=CURRENT:TIME:HOW OFTEN, as wifi=24.9mA:34s:5/day");
    return {name, parse_amperes(words[0], where), parse_seconds(words[1], where), parse_hertz(words[2], where)};
}

void set_wake_on(Scenario& scenario, std::string_view text)
{
    std::string where = fmt::format("--wake-on {}", text);
    if (text == "timer")
        return;
    auto [name, rest] = split_name(text, where);
    std::vector<std::string_view> words = split(rest, ':');
    if (words.size() != 2)
        throw base::InputError(where, "expected timer, or what wakes the chip as NAME=CURRENT:HOW OFTEN, such as pir=170uA:40/day");
    scenario.wake_on = name;
    scenario.sensors.push_back({name, parse_amperes(words[0], where), {}});
    scenario.wakes_a_second = parse_hertz(words[1], where);
    if (scenario.wakes_a_second <= 0)
        throw base::InputError(where, "what never wakes the chip needs no battery");
}

Regulator parse_regulator(std::string_view text)
{
    std::string where = fmt::format("--regulator {}", text);
    std::vector<std::string_view> words = split(text, ':');
    if (text == "none")
        return {};
    if (words[0] == "buck" && words.size() == 3)
        return {share(words[1], where, "an efficiency"), parse_amperes(words[2], where), true};
    if (words[0] == "ldo" && words.size() == 2)
        return {1, parse_amperes(words[1], where), false};
    throw base::InputError(where, "expected none, buck:EFFICIENCY:QUIESCENT CURRENT as buck:0.9:1uA, or ldo:QUIESCENT CURRENT as ldo:2uA");
}

double parse_period(std::string_view text)
{
    std::string where = fmt::format("--period {}", text);
    double period = parse_seconds(text, where);
    if (period <= 0)
        throw base::InputError(where, "a period must be longer than 0");
    return period;
}

double parse_celsius(std::string_view text, const std::string& where)
{
    double celsius = 0;
    std::string_view number = text.substr(0, text.find_last_not_of(" C") + 1);
    auto [rest, error] = std::from_chars(number.data(), number.data() + number.size(), celsius);
    if (error != std::errc() || rest != number.data() + number.size() || !(celsius >= -60 && celsius <= 125))
        throw base::InputError(where, fmt::format("expected degrees Celsius from -60 to 125, found '{}'", text));
    return celsius;
}

Scenario parse_scenario(std::string_view text, const std::string& where)
{
    mcu::TomlTable file = mcu::TomlTable::parse(text, where);
    Scenario scenario;
    std::string_view key;
    try {
        auto use = [&](std::string_view name, auto&& take) {
            key = name;
            if (file.has(name))
                take(file.text(name));
        };
        auto use_each = [&](std::string_view name, auto&& take) {
            key = name;
            if (file.has(name))
                for (const std::string& one : file.texts(name))
                    take(one);
        };
        use("period", [&](const std::string& value) { scenario.period = parse_period(value); });
        use("sleep", [&](const std::string& value) { scenario.sleep = value; });
        use("battery", [&](const std::string& value) { scenario.battery = mcu::find_battery(value); });
        use("regulator", [&](const std::string& value) { scenario.regulator = parse_regulator(value); });
        use("temperature", [&](const std::string& value) { scenario.celsius = parse_celsius(value, "temperature"); });
        use("age", [&](const std::string& value) { scenario.age = share(value, "age", "a share of the capacity that is left"); });
        use("wake_on", [&](const std::string& value) { set_wake_on(scenario, value); });
        use_each("sensors", [&](const std::string& value) { scenario.sensors.push_back(parse_sensor(value)); });
        use_each("radios", [&](const std::string& value) { scenario.radios.push_back(parse_radio(value)); });
        key = {};
        file.refuse_other_keys();
    } catch (const base::InputError& error) {
        if (key.empty() || std::string_view(error.what()).starts_with(where))
            throw;
        throw base::InputError(file.where(key), error.what());
    }
    return scenario;
}

const mcu::LowPowerState& sleep_state(const mcu::ChipModel& chip, std::string_view name)
{
    if (!chip.power || chip.power->states.empty())
        throw base::InputError(chip.name, "nobody says what it draws asleep (its file has no [[power.state]]); battery life is unknown");
    if (name.empty())
        return chip.power->states.front();
    if (const mcu::LowPowerState* state = chip.power->find_state(name))
        return *state;
    std::vector<std::string> names;
    for (const mcu::LowPowerState& state : chip.power->states)
        names.push_back(state.name);
    throw base::InputError(fmt::format("--sleep {}", name), fmt::format("{} has no such state; there is {}", chip.name, fmt::join(names, ", ")));
}

double shortest_period(const Scenario& scenario, const Inference& inference, const mcu::ChipModel& chip)
{
    Times times = times_of(scenario, chip);
    double busy = times.wake + times.sense + inference.seconds;
    double radio = 0; // share of the time
    for (const Radio& one : scenario.radios)
        radio += one.seconds * one.a_second;
    return radio < 1 ? busy / (1 - radio) : std::numeric_limits<double>::infinity();
}

Duty duty_of(const Scenario& scenario, const Inference& inference, const mcu::ChipModel& chip, double period)
{
    const mcu::LowPowerState& state = sleep_state(chip, scenario.sleep);
    Times times = times_of(scenario, chip);
    double radio_seconds = 0, radio_charge = 0; // a period
    for (const Radio& radio : scenario.radios) {
        radio_seconds += radio.seconds * radio.a_second * period;
        radio_charge += radio.current * radio.seconds * radio.a_second * period;
    }
    double busy = times.wake + times.sense + inference.seconds + radio_seconds;
    if (busy > period) {
        double shortest = shortest_period(scenario, inference, chip);
        throw base::InputError(fmt::format("a period of {}", duration_text(period)),
            fmt::format("too short: duty would be {:.0f} %; {}", 100 * busy / period,
                std::isfinite(shortest) ? "the shortest possible period is " + duration_text(shortest) : "the radio alone never rests"));
    }

    double asleep = state.current_at(chip.power_supply.volts, scenario.celsius), idle = asleep_current(chip);
    Duty duty {.period = period, .phases = {}, .constants = {}};
    double sense_charge = idle * times.sense;
    for (const Sensor& sensor : scenario.sensors) {
        if (sensor.on)
            sense_charge += sensor.current * *sensor.on;
        else
            duty.constants.push_back({sensor.name, sensor.current});
    }
    auto add = [&](std::string name, double seconds, double current, double charge) {
        if (charge > 0)
            duty.phases.push_back({std::move(name), seconds, current, charge});
    };
    double rest = period - busy;
    add("sleep", rest, asleep, asleep * rest);
    add("wake", times.wake, idle, idle * times.wake + state.wake_charge);
    add("sense", times.sense, times.sense > 0 ? sense_charge / times.sense : 0, sense_charge);
    add("infer", inference.seconds, inference.charge / inference.seconds, inference.charge);
    add("radio", radio_seconds, radio_seconds > 0 ? radio_charge / radio_seconds : 0, radio_charge);
    return duty;
}

} // namespace energy
