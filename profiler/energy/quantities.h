// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

/// Quantities as people type them. InputError (`where` first) for anything else: no unit, two, a negative one.
namespace energy {

double parse_seconds(std::string_view text, const std::string& where); // "500ms", "1 s", "10min", "2 h", "1day"
double parse_amperes(std::string_view text, const std::string& where); // "650uA", "24.9 mA"
double parse_hertz(std::string_view text, const std::string& where);   // "120MHz"; a day: "40/day"

std::string duration_text(double seconds); // "214 d", "3.2 h", "59.3 ms"
std::string current_text(double amperes);  // "524 uA"

} // namespace energy
