// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/comparison/budget.h"
#include "profiler/report/text_style.h"

#include <string>
#include <vector>

namespace comparison {

/// A run of a budget and what came of it.
struct Judged {
    std::string name;     // "mobilenet-v1-0.25-96:2 on stm32l4r5, dsp"
    std::string baseline; // "main.db, run 17"; empty: none was asked for
    std::string failure;  // how the firmware failed; empty: it ended well
    std::vector<Verdict> verdicts;

    bool good() const;
};

/// What broke its limit first, with the limit; then how many were within. `everything`: those as
/// well.
std::string budget_text(const std::vector<Judged>& runs, bool everything, report::TextStyle style);
/// For a comment on a pull request.
std::string budget_markdown(const std::vector<Judged>& runs);
/// JUnit's XML, as CI systems read it: a suite a run, a case a limit.
std::string budget_junit(const std::vector<Judged>& runs);
std::string budget_json(const std::vector<Judged>& runs);

} // namespace comparison
