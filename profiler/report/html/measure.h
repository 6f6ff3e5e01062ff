// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace report::html {

/// What a number of a chart counts.
enum class Measure { cycles, bytes, seconds, joules, watts, percent, number };

/// What the ticks of an axis are divided by, and what its title then says: 1e6, "M cycles".
struct DisplayUnit {
    double factor = 1;
    std::string name;
};

/// The unit in which `largest` has one to three digits before its point. Bytes in powers of 1024.
DisplayUnit display_unit(double largest, Measure measure);

/// "1.28 M cycles", "54.0 KiB", "71.6 ms": three significant digits.
std::string text_of(double value, Measure measure);

} // namespace report::html
