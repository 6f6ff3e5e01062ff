// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/text_report.h"
#include "traces/profile.h"

#include <span>
#include <string>

namespace report {

/// For pull requests: a run as a table of its figures with its layers behind a fold, several runs
/// as a table of runs. GitHub's Markdown; names are escaped.
std::string markdown_report(const traces::Profile& profile, const Titles& titles = {});
std::string markdown_comparison(std::span<const traces::Profile> profiles);

} // namespace report
