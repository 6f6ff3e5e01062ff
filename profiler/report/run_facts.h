// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/text_report.h"
#include "traces/profile.h"

#include <string>
#include <vector>

/// Sentences about a run that reports of every form say alike.
namespace report {

/// "Cortex-M4F 120 MHz, flash 5 WS, ART on".
std::string machine_text(const traces::RunInfo& run, const Titles& titles);

/// "219 ms", or "unknown (no clock)".
std::string latency_text(const traces::Profile& profile);

/// "±7 %", "-5 ... +9 %", "error not known".
std::string expected_error_text(const traces::RunInfo& run);

/// "3.30 mJ" and "2.60 mJ ... 4.10 mJ, 46.0 mW on average"; "unknown" and why.
struct EnergyText {
    std::string value, note;
};
EnergyText energy_text(const traces::Profile& profile);

/// What makes all figures worth less: provisional timing, a bad end. "stopped:", then a sentence.
struct Caution {
    std::string label, sentence;
    bool alarming = false;
};
std::vector<Caution> cautions_of(const traces::Profile& profile);

/// What was counted instead of guessed, what is not in the figures, what rests on estimates.
std::vector<std::string> note_texts(const traces::Profile& profile);

} // namespace report
