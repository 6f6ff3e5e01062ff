// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/markup.h"

#include <cstdint>
#include <string>
#include <vector>

namespace report::html {

struct FitPart {
    std::string name;
    std::uint64_t bytes = 0;
    int color = 0;
};

/// What is used of a memory, as a bar of its parts on the whole; what is too much sticks out, and
/// is said. Capacity 0: unknown, the bar is as long as what is used.
Markup fit_bar(const std::string& id, const std::string& name, const std::vector<FitPart>& parts,
    std::uint64_t capacity);

} // namespace report::html
