// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <span>
#include <string>

namespace report {

/// A line a layer of each run (index -1: outside layers), with a first line that names the columns;
/// RFC 4180. Exact numbers; what is unknown is empty. Cycles of a cause are in `cycles_CAUSE`.
std::string csv_report(std::span<const traces::Profile> profiles);

} // namespace report
