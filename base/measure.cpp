// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/measure.h"

#include "base/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace base {
namespace {

struct Unit {
    std::string_view name;
    double factor;
    Dimension dimension;
};

// K and M of bytes are those of tables and linker scripts: 1024 and its square.
constexpr std::array units = {
    Unit {"k", 1e3, Dimension::count},
    Unit {"M", 1e6, Dimension::count},
    Unit {"G", 1e9, Dimension::count},
    Unit {"ns", 1e-9, Dimension::time},
    Unit {"us", 1e-6, Dimension::time},
    Unit {"ms", 1e-3, Dimension::time},
    Unit {"s", 1, Dimension::time},
    Unit {"min", 60, Dimension::time},
    Unit {"h", 3600, Dimension::time},
    Unit {"B", 1, Dimension::bytes},
    Unit {"KiB", 1024, Dimension::bytes},
    Unit {"MiB", 1048576, Dimension::bytes},
    Unit {"K", 1024, Dimension::bytes},
    Unit {"M", 1048576, Dimension::bytes},
    Unit {"kB", 1e3, Dimension::bytes},
    Unit {"MB", 1e6, Dimension::bytes},
    Unit {"nJ", 1e-9, Dimension::energy},
    Unit {"uJ", 1e-6, Dimension::energy},
    Unit {"mJ", 1e-3, Dimension::energy},
    Unit {"J", 1, Dimension::energy},
    Unit {"uW", 1e-6, Dimension::power},
    Unit {"mW", 1e-3, Dimension::power},
    Unit {"W", 1, Dimension::power},
    Unit {"Hz", 1, Dimension::frequency},
    Unit {"kHz", 1e3, Dimension::frequency},
    Unit {"MHz", 1e6, Dimension::frequency},
    Unit {"GHz", 1e9, Dimension::frequency},
    Unit {"%", 1, Dimension::percent},
};

} // namespace

std::optional<double> in_base_unit(double value, std::string_view unit, Dimension dimension)
{
    if (unit.empty())
        return value;
    for (const Unit& known : units)
        if (known.dimension == dimension && known.name == unit)
            return value * known.factor;
    return {};
}

std::string unit_names(Dimension dimension)
{
    std::vector<std::string_view> names;
    for (const Unit& unit : units)
        if (unit.dimension == dimension)
            names.push_back(unit.name);
    std::string text(names.front());
    for (std::size_t i = 1; i < names.size(); ++i)
        text += fmt::format("{}{}", i + 1 == names.size() ? " or " : ", ", names[i]);
    return text;
}

std::string measure_text(double value, Dimension dimension)
{
    double size = std::abs(value);
    std::string sign = value < 0 ? "-" : "";
    switch (dimension) {
    case Dimension::count:
        // Ratios such as cycles per MAC are small and not whole.
        return size < 1000 && size != std::floor(size) ? fmt::format("{}{:.2f}", sign, size)
                                                       : sign + scaled(size);
    case Dimension::time:
        return sign + scaled_seconds(size);
    case Dimension::bytes:
        if (size < 1024)
            return fmt::format("{}{:.0f} B", sign, size);
        return size < 1048576 ? fmt::format("{}{:.1f} KiB", sign, size / 1024)
                              : fmt::format("{}{:.2f} MiB", sign, size / 1048576);
    case Dimension::energy:
        return sign + scaled_unit(size, "J");
    case Dimension::power:
        return sign + scaled_unit(size, "W");
    case Dimension::frequency:
        return sign + scaled_unit(size, "Hz");
    case Dimension::percent:
        return fmt::format("{}{:.1f} %", sign, size);
    }
    return {};
}

} // namespace base
