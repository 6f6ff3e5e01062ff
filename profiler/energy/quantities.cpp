// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/energy/quantities.h"

#include "base/input_error.h"
#include "base/text_table.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <span>

namespace energy {
namespace {

constexpr double seconds_a_day = 86400;

struct Unit {
    std::string_view name;
    double factor;
};
constexpr Unit time_units[] = {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", seconds_a_day}, {"day", seconds_a_day}, {"days", seconds_a_day}};
constexpr Unit current_units[] = {{"nA", 1e-9}, {"uA", 1e-6}, {"µA", 1e-6}, {"mA", 1e-3}, {"A", 1}};
constexpr Unit rate_units[] = {{"/s", 1}, {"/min", 1.0 / 60}, {"/h", 1.0 / 3600}, {"/day", 1 / seconds_a_day}, {"Hz", 1}, {"kHz", 1e3}, {"MHz", 1e6}};

double parse(std::string_view text, std::span<const Unit> units, std::string_view example, const std::string& where)
{
    auto refuse = [&] {
        throw base::InputError(where, fmt::format("expected {}, found '{}'", example, text));
    };
    double number = 0;
    auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || !std::isfinite(number))
        refuse();
    std::string_view name(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
    while (name.starts_with(' '))
        name.remove_prefix(1);
    for (const Unit& unit : units)
        if (unit.name == name) {
            if (number < 0)
                throw base::InputError(where, fmt::format("cannot be negative, found '{}'", text));
            return number * unit.factor;
        }
    refuse();
    return 0;
}

} // namespace

double parse_seconds(std::string_view text, const std::string& where)
{
    return parse(text, time_units, "a time such as 500ms, 1s, 10min, 2h, 1d", where);
}

double parse_amperes(std::string_view text, const std::string& where)
{
    return parse(text, current_units, "a current such as 650uA or 24.9mA", where);
}

double parse_hertz(std::string_view text, const std::string& where)
{
    return parse(text, rate_units, "how often, such as 40/day or 3/h", where);
}

std::string duration_text(double seconds)
{
    if (seconds < 60)
        return base::scaled_seconds(seconds);
    if (seconds < 3600)
        return fmt::format("{:.3g} min", seconds / 60);
    if (seconds < 2 * seconds_a_day)
        return fmt::format("{:.3g} h", seconds / 3600);
    return fmt::format("{:.0f} d", seconds / seconds_a_day);
}

std::string current_text(double amperes) { return base::scaled_unit(amperes, "A"); }

} // namespace energy
