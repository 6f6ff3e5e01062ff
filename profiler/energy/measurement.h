// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace energy {

/// What was measured while a network ran, on average.
struct Measurement {
    double current = 0; // amperes at the supply pin
    std::optional<double> cycles; // of one inference, if the file tells
    std::size_t rows = 0;
};

/// Samples as a table with a header: a column of current, and one of time (weighs the samples) or of cycles (a row an
/// inference). Recognizes what Joulescope, PPK2, Otii and a printed DWT counter give: comma, semicolon or tabulator between
/// columns, units in the header as "Current(uA)", "time [ms]", "current_mA"; without one amperes and seconds. The mean is over
/// all rows: cut what is not inference.
///
/// InputError with the line: no such columns, an unknown unit, what is no number, time that goes back or leaves a gap.
Measurement read_measurement(std::string_view text, const std::string& where);

} // namespace energy
