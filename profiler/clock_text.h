// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace profiler {

/// "120 MHz", "120000000", "64M" as hertz. InputError, which begins with `where`.
std::uint64_t parse_clock(const std::string& text, const std::string& where);

} // namespace profiler
