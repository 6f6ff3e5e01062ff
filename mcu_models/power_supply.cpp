// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "mcu_models/chip_model.h"
#include "mcu_models/power_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace mcu {
namespace {

std::string_view trimmed(std::string_view text)
{
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

std::string upper(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(
        result, result.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return result;
}

/// "1.8 V" or "1.8V", the whole of it.
std::optional<double> volts_of(std::string_view text)
{
    double volts = 0;
    auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), volts);
    std::string_view unit = trimmed({rest, static_cast<std::size_t>(text.data() + text.size() - rest)});
    if (error != std::errc() || (unit != "V" && unit != "v"))
        return {};
    return volts;
}

bool has_regulator(const PowerModel& power, const std::string& name)
{
    return std::ranges::any_of(power.ranges.front().regulators,
        [&](const Regulator& regulator) { return regulator.name == name; });
}

} // namespace

SupplyRequest parse_supply(std::string_view text, const std::string& where)
{
    SupplyRequest request;
    const std::string_view whole = text;
    auto twice = [&](std::string_view what) {
        throw base::InputError(where, fmt::format("a supply has one {}, found '{}'", what, whole));
    };
    while (!text.empty()) {
        std::size_t end = std::min(text.find(','), text.size());
        std::string_view word = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        std::string name = upper(word);
        if (name == "LDO" || name == "SMPS" || name == "DCDC") {
            if (!request.regulator.empty())
                twice("regulator");
            request.regulator = name == "LDO" ? "LDO" : "SMPS";
        } else if (auto volts = volts_of(word)) {
            if (request.volts)
                twice("voltage");
            request.volts = volts;
        } else {
            if (!request.range.empty())
                twice("range");
            request.range = std::string(word);
        }
    }
    return request;
}

void choose_power_supply(ChipModel& chip, const SupplyRequest& request)
{
    if (!chip.power) {
        if (!request.regulator.empty() || request.volts)
            throw base::InputError(
                chip.name, "has no [power] in its file: nobody knows what it draws at which supply");
        return;
    }
    const PowerModel& power = *chip.power;
    const std::vector<Regulator>& regulators = power.ranges.front().regulators;
    if (!request.regulator.empty() && !has_regulator(power, request.regulator)) {
        std::vector<std::string> names;
        for (const Regulator& regulator : regulators)
            names.push_back(regulator.name);
        throw base::InputError(chip.name,
            fmt::format("knows no regulator '{}'; there is {}", request.regulator, fmt::join(names, ", ")));
    }
    chip.power_supply.regulator
        = request.regulator.empty() ? regulators.front().name : request.regulator;
    const Regulator& used
        = *std::ranges::find(regulators, chip.power_supply.regulator, &Regulator::name);
    double lowest = used.points.front().volts, highest = used.points.back().volts;
    chip.power_supply.volts = request.volts.value_or(std::clamp(power.volts, lowest, highest));
    if (chip.power_supply.volts < lowest || chip.power_supply.volts > highest)
        throw base::InputError(chip.name,
            lowest == highest
                ? fmt::format("the current through its {} is known at {} V, asked for {} V",
                      used.name, lowest, chip.power_supply.volts)
                : fmt::format("the current through its {} is known from {} to {} V, asked for {} V",
                      used.name, lowest, highest, chip.power_supply.volts));
}

} // namespace mcu
