// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/energy/answer.h"

#include "base/input_error.h"
#include "base/text_table.h"
#include "mcu_models/power_model.h"
#include "profiler/report/text_style.h"
#include "profiler/energy/quantities.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace energy {
namespace {

constexpr std::array usual_periods = {0.2, 1.0, 5.0, 10.0, 60.0, 600.0};
constexpr double default_period = 1, seconds_a_day = 86400;

Outlook outlook_at(double period, const Answer& answer, const mcu::ChipModel& chip)
{
    auto average = [&](double joules) {
        return duty_of(answer.scenario, {answer.latency, joules / answer.run.supply_volts}, chip, period).average_current();
    };
    Outlook outlook {.period = period, .average = average(answer.inference.joules), .average_low = average(answer.inference.low),
        .average_high = average(answer.inference.high), .life = {}, .life_low = {}, .life_high = {}};
    if (answer.scenario.battery) {
        outlook.life = life_of(outlook.average, answer.supply);
        outlook.life_low = life_of(outlook.average_high, answer.supply);
        outlook.life_high = life_of(outlook.average_low, answer.supply);
    }
    return outlook;
}

std::string life_text(const Life& life) { return duration_text(life.seconds); }

std::string range_text(const Outlook& outlook)
{
    return outlook.life ? fmt::format("{} ... {}", life_text(*outlook.life_low), life_text(*outlook.life_high)) : "";
}

std::string fact(std::string_view label, const std::string& text) { return fmt::format("  {:<10} {}\n", label, text); }

} // namespace

Answer answer(const traces::Profile& profile, const mcu::ChipModel& chip, const Scenario& scenario)
{
    std::string who = profile.run.id.empty() ? profile.run.target : "run " + profile.run.id;
    if (profile.run.outcome.reason != "exited")
        throw base::InputError(who, fmt::format("ended as '{}': what one inference costs is not known", profile.run.outcome.reason));
    if (!profile.total.energy || profile.run.supply_volts <= 0 || profile.run.clock_hz == 0)
        throw base::InputError(who, fmt::format("its energy is unknown: nobody says what {} draws", profile.run.chip));
    Answer result {.run = profile.run, .inference = *profile.total.energy, .latency = traces::seconds(profile.total.cycles, profile.run), .state = {},
        .state_keeps = {}, .wake_known = true, .scenario = scenario, .supply = {}, .duty = {}, .outlook = {}, .table = {}, .shortest_period = 0};
    const mcu::LowPowerState& state = sleep_state(chip, scenario.sleep);
    result.state = state.name;
    result.state_keeps = state.title;
    result.wake_known = state.wake_known;
    if (scenario.battery)
        result.supply = {*scenario.battery, scenario.regulator, profile.run.supply_volts, scenario.celsius, scenario.age};
    Inference inference {result.latency, result.inference.joules / profile.run.supply_volts};
    bool woken = scenario.wakes_a_second > 0;
    double period = woken ? 1 / scenario.wakes_a_second : scenario.period.value_or(default_period);
    result.shortest_period = shortest_period(scenario, inference, chip);
    result.duty = duty_of(scenario, inference, chip, period);
    result.outlook = outlook_at(period, result, chip);
    for (double usual : usual_periods)
        if (usual >= result.shortest_period && !woken)
            result.table.push_back(outlook_at(usual, result, chip));
    return result;
}

std::string to_text(const Answer& answer)
{
    std::string text = fmt::format("{} on {}    {}    {}{}\n\n", report::printable(answer.run.target), report::printable(answer.run.chip), report::printable(answer.run.supply),
        answer.run.energy_basis == "calibrated" ? "calibrated" : fmt::format("uncalibrated, currents: {}", report::printable(answer.run.energy_basis)),
        answer.run.id.empty() ? "" : fmt::format("    run {}", answer.run.id));
    text += fact("inference", fmt::format("{}   {}   {} ... {}", base::scaled_seconds(answer.latency), base::scaled_unit(answer.inference.joules, "J"),
                                  base::scaled_unit(answer.inference.low, "J"), base::scaled_unit(answer.inference.high, "J")));
    text += fact("asleep", fmt::format("{}: keeps {}{}", answer.state, answer.state_keeps, answer.wake_known ? "" : "; how long waking takes is not known, left out"));
    text += fact("wakes", answer.scenario.wake_on == "timer" ? fmt::format("every {}", duration_text(answer.duty.period))
                                                             : fmt::format("on {}, every {} on average", answer.scenario.wake_on, duration_text(answer.duty.period)));

    double whole = answer.outlook.average * answer.duty.period;
    base::TextTable phases({{"phase", base::Align::left}, {"time", base::Align::right}, {"current", base::Align::right}, {"charge", base::Align::right}, {"share", base::Align::right}});
    auto row = [&](const std::string& name, double seconds, double current, double charge) {
        phases.add_row({name, duration_text(seconds), current_text(current), base::scaled_unit(charge, "C"), fmt::format("{:.1f} %", 100 * charge / whole)});
    };
    for (const Phase& phase : answer.duty.phases)
        row(phase.name, phase.seconds, phase.current, phase.charge);
    for (const Constant& constant : answer.duty.constants)
        row(constant.name, answer.duty.period, constant.current, constant.current * answer.duty.period);
    text += fmt::format("\n{}\n", phases.text());
    text += fact("average", fmt::format("{}   {} ... {}", current_text(answer.outlook.average), current_text(answer.outlook.average_low), current_text(answer.outlook.average_high)));
    if (!answer.outlook.life)
        return text + "\n  Name a battery to see how long it lasts: --battery 2xAA-lithium\n";

    const Life& life = *answer.outlook.life;
    const mcu::Battery& battery = answer.supply.battery;
    text += fact("battery", fmt::format("{}{}   {:.0f} mAh, {:.0f} % usable   self-discharge {}", battery.cells > 1 ? fmt::format("{} x ", battery.cells) : "", battery.title,
                                1e3 * battery.capacity, 100 * battery.usable, current_text(life.self_discharge)));
    text += fact("life", fmt::format("{}   {}{}", life_text(life), range_text(answer.outlook),
                             life.capped ? fmt::format("   the shelf life; the charge would last {}", duration_text(life.uncapped_seconds)) : ""));
    if (battery.most_current > 0 && life.battery_current > 0 && answer.duty.phases.size() > 1) {
        double most = 0;
        for (const Phase& phase : answer.duty.phases)
            most = std::max(most, phase.current);
        if (most > battery.most_current)
            text += fact("note", fmt::format("{} is more than the {} this battery gives in pulses: it needs a capacitor", current_text(most), current_text(battery.most_current)));
    }
    if (answer.table.empty())
        return text;
    base::TextTable table({{"period", base::Align::right}, {"average", base::Align::right}, {"life", base::Align::right}, {"range", base::Align::left}});
    for (const Outlook& one : answer.table)
        table.add_row({duration_text(one.period), current_text(one.average), life_text(*one.life) + (one.life->capped ? " (shelf life)" : ""), range_text(one)});
    return fmt::format("{}\n{}", text, table.text());
}

std::string to_json(const Answer& answer)
{
    using Json = nlohmann::ordered_json;
    auto outlook_json = [](const Outlook& one) {
        Json json = {{"period_s", one.period}, {"average_current_a", one.average}, {"average_current_low_a", one.average_low}, {"average_current_high_a", one.average_high}};
        auto days = [](const std::optional<Life>& life) { return life ? Json(life->seconds / seconds_a_day) : Json(); };
        json["life_days"] = days(one.life);
        json["life_low_days"] = days(one.life_low);
        json["life_high_days"] = days(one.life_high);
        json["capped_by_shelf_life"] = one.life && one.life->capped;
        json["life_of_charge_days"] = one.life ? Json(one.life->uncapped_seconds / seconds_a_day) : Json();
        return json;
    };
    Json json;
    json["schema"] = 1;
    json["run"] = {{"id", answer.run.id}, {"target", answer.run.target}, {"chip", answer.run.chip}, {"clock_hz", answer.run.clock_hz}, {"supply", answer.run.supply},
        {"supply_volts", answer.run.supply_volts}, {"energy_basis", answer.run.energy_basis}};
    json["inference"] = {{"latency_s", answer.latency}, {"energy_j", answer.inference.joules}, {"energy_low_j", answer.inference.low}, {"energy_high_j", answer.inference.high}};
    json["sleep"] = {{"state", answer.state}, {"keeps", answer.state_keeps}, {"wake_time_known", answer.wake_known}};
    json["wake_on"] = answer.scenario.wake_on;
    json["shortest_period_s"] = answer.shortest_period;
    json["phases"] = Json::array();
    for (const Phase& phase : answer.duty.phases)
        json["phases"].push_back({{"name", phase.name}, {"seconds", phase.seconds}, {"current_a", phase.current}, {"charge_c", phase.charge}});
    json["constants"] = Json::array();
    for (const Constant& constant : answer.duty.constants)
        json["constants"].push_back({{"name", constant.name}, {"current_a", constant.current}});
    json["battery"] = Json();
    if (answer.scenario.battery) {
        const mcu::Battery& battery = answer.supply.battery;
        json["battery"] = {{"name", battery.name}, {"cells", battery.cells}, {"volts", battery.volts}, {"capacity_ah", battery.capacity}, {"usable", battery.usable},
            {"self_discharge_a", answer.outlook.life->self_discharge}, {"battery_current_a", answer.outlook.life->battery_current}, {"shelf_years", battery.shelf_years},
            {"source", battery.source}, {"grade", mcu::name_of(battery.grade)}};
    }
    json["outlook"] = outlook_json(answer.outlook);
    json["periods"] = Json::array();
    for (const Outlook& one : answer.table)
        json["periods"].push_back(outlook_json(one));
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace energy
