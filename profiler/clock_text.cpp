// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/clock_text.h"

#include "base/input_error.h"

#include <cmath>
#include <cstdlib>

namespace profiler {

std::uint64_t parse_clock(const std::string& text, const std::string& where)
{
    char* rest = nullptr;
    double value = std::strtod(text.c_str(), &rest);
    std::string unit = rest;
    while (!unit.empty() && unit.front() == ' ')
        unit.erase(0, 1);
    double factor = unit.empty() || unit == "Hz" ? 1
        : unit == "k" || unit == "kHz"           ? 1e3
        : unit == "M" || unit == "MHz"           ? 1e6
        : unit == "G" || unit == "GHz"           ? 1e9
                                                 : 0;
    if (rest == text.c_str() || factor == 0 || !(value > 0) || value * factor > 1e11)
        throw base::InputError(where, "expected a frequency such as 80MHz, 64M or 120000000");
    return static_cast<std::uint64_t>(std::llround(value * factor));
}

} // namespace profiler
