// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

/// What a figure is counted in: seconds, bytes, joules, watts, hertz, percent, or nothing.
enum class Dimension { count, time, bytes, energy, power, frequency, percent };

/// `value` as written with `unit` in the dimension's base unit: ("256", "KiB") are 262144 bytes,
/// ("1.5", "ms") 0.0015 seconds, ("3", "M") of a count 3 million. Without a unit it is in the base
/// unit. None: the dimension has no such unit.
std::optional<double> in_base_unit(double value, std::string_view unit, Dimension dimension);

/// The units of a dimension for messages: "ns, us, ms, s, min or h".
std::string unit_names(Dimension dimension);

/// As reports print it: "219 ms", "63.4 KiB", "1.20 mJ", "26.3 M".
std::string measure_text(double value, Dimension dimension);

} // namespace base
