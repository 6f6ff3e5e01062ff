// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/measure.h"

#include "base/text_table.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <span>

namespace report::html {
namespace {

struct Prefix {
    double factor;
    const char* name;
};

constexpr std::array decimal = {Prefix {1e-9, "n"}, Prefix {1e-6, "u"}, Prefix {1e-3, "m"},
    Prefix {1, ""}, Prefix {1e3, "k"}, Prefix {1e6, "M"}, Prefix {1e9, "G"}, Prefix {1e12, "T"}};
constexpr std::array decimal_counts
    = {Prefix {1, ""}, Prefix {1e3, "k"}, Prefix {1e6, "M"}, Prefix {1e9, "G"}, Prefix {1e12, "T"}};
constexpr std::array binary = {Prefix {1, ""}, Prefix {1024, "Ki"}, Prefix {1024. * 1024, "Mi"},
    Prefix {1024. * 1024 * 1024, "Gi"}};

const Prefix& prefix_for(double largest, std::span<const Prefix> prefixes)
{
    const Prefix* chosen = &prefixes.front();
    for (const Prefix& prefix : prefixes)
        if (std::abs(largest) >= prefix.factor)
            chosen = &prefix;
    return *chosen;
}

} // namespace

DisplayUnit display_unit(double largest, Measure measure)
{
    auto unit = [&](std::span<const Prefix> prefixes, const char* name, const char* gap) {
        const Prefix& prefix = prefix_for(largest, prefixes);
        return DisplayUnit {
            prefix.factor, std::string(prefix.name) + (*prefix.name ? gap : "") + name};
    };
    switch (measure) {
    case Measure::cycles:
        return unit(decimal_counts, "cycles", " ");
    case Measure::bytes:
        return unit(binary, "B", "");
    case Measure::seconds:
        return unit(decimal, "s", "");
    case Measure::joules:
        return unit(decimal, "J", "");
    case Measure::watts:
        return unit(decimal, "W", "");
    case Measure::percent:
        return {1, "%"};
    case Measure::number:
        break;
    }
    return {1, ""};
}

std::string text_of(double value, Measure measure)
{
    DisplayUnit unit = display_unit(value, measure);
    double shown = value / unit.factor;
    std::string digits = measure == Measure::bytes && unit.factor == 1
        ? fmt::format("{:.0f}", shown)
        : measure == Measure::cycles && unit.factor == 1 ? fmt::format("{:.0f}", shown)
        : std::abs(shown) >= 100                         ? fmt::format("{:.0f}", shown)
        : std::abs(shown) >= 10                          ? fmt::format("{:.1f}", shown)
                                                         : fmt::format("{:.3g}", shown);
    return unit.name.empty() ? digits : digits + " " + unit.name;
}

} // namespace report::html
