// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <span>
#include <string>

namespace profiler {

/// The HTML report of one run, or of several the page that compares them, with what mcuprof's data
/// says of their chips and networks.
std::string html_page(std::span<const traces::Profile> profiles);

} // namespace profiler
