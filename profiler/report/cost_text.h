// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <cstdint>
#include <string>

/// The cells that tables of costs share.
namespace report {

inline constexpr std::size_t bar_width = 12;

inline double real(std::uint64_t value) { return static_cast<double>(value); }

/// "convolution_s8.c:33": the file without its folders; empty if it is not known.
std::string place_text(const std::string& file, int line);

/// What `cycles` were waited for: every cause but "issue", the largest first, below a percent none.
std::string waits_text(const traces::Costs& costs, std::uint64_t cycles);

/// Adds costs cause by cause.
void add_costs(traces::Costs& sum, const traces::Costs& part);

/// Of the run's cycles: 0.37.
double share_of_run(std::uint64_t cycles, const traces::Profile& profile);

} // namespace report
