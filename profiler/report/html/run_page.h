// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/roofline.h"
#include "profiler/report/text_report.h"
#include "traces/profile.h"

#include <string>

namespace report::html {

/// What a page says beyond the profile itself.
struct ChipFacts {
    Titles titles;
    Roofs roofs;
};

/// One run as one HTML file that needs nothing else: no network, no script to be complete (the
/// script in it sorts tables, zooms the flame graph and reads charts aloud by arrow keys). Light
/// and dark, narrow and printed. The same bytes for the same profile.
///
/// Left out: instructions, source lines and basic blocks; of functions and layers beyond the first
/// hundreds those that cost least.
std::string run_page(const traces::Profile& profile, const ChipFacts& facts = {});

} // namespace report::html
