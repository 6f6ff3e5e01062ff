// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/run_facts.h"

#include "base/text_table.h"
#include "profiler/report/cost_text.h"
#include "profiler/report/text_style.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace report {

using traces::Profile;

namespace {

/// Most messages say what happened and where, as a sentence of its own; others need the place
/// before them.
std::string why_stopped(const traces::Outcome& outcome)
{
    std::string at = fmt::format("{:#010x}", outcome.pc);
    if (outcome.message.find(at) != outcome.message.npos)
        return printable(outcome.message);
    std::string how = outcome.reason == "exited"
        ? fmt::format("the firmware ended with exit code {}", outcome.exit_code)
        : fmt::format("{} at {}", spaced(outcome.reason), at);
    if (!outcome.function.empty())
        how += fmt::format(" in {}", printable(outcome.function));
    if (std::string place = place_text(outcome.file, outcome.line); !place.empty())
        how += fmt::format(" ({})", place);
    return outcome.message.empty() ? how : fmt::format("{}: {}", how, printable(outcome.message));
}

} // namespace

std::string machine_text(const traces::RunInfo& run, const Titles& titles)
{
    std::string machine = printable(titles.core.empty() ? run.core : titles.core);
    if (run.clock_hz > 0)
        machine += fmt::format(" {}", base::scaled_unit(real(run.clock_hz), "Hz"));
    if (!run.setup.empty())
        machine += fmt::format(", {}", printable(run.setup));
    return machine;
}

std::string latency_text(const Profile& profile)
{
    return profile.run.clock_hz == 0
        ? "unknown (no clock)"
        : base::scaled_seconds(traces::seconds(profile.total.cycles, profile.run));
}

std::string expected_error_text(const traces::RunInfo& run)
{
    double low = 100 * run.cycles_error_low, high = 100 * run.cycles_error_high;
    if (low == 0 && high == 0)
        return "error not known";
    if (std::abs(low + high) < 0.05)
        return fmt::format("±{:.2g} %", high);
    return fmt::format("{:+.2g} ... {:+.2g} %", low, high);
}

EnergyText energy_text(const Profile& profile)
{
    const auto& energy = profile.total.energy;
    if (!energy)
        return {"unknown", "nobody says what this chip draws"};
    EnergyText text {base::scaled_unit(energy->joules, "J"),
        fmt::format("{} ... {}", base::scaled_unit(energy->low, "J"),
            base::scaled_unit(energy->high, "J"))};
    if (double duration = traces::seconds(profile.total.cycles, profile.run); duration > 0)
        text.note
            += fmt::format("; {} on average", base::scaled_unit(energy->joules / duration, "W"));
    if (!profile.run.supply.empty())
        text.note += fmt::format("; {}", printable(profile.run.supply));
    if (profile.run.energy_basis == "calibrated")
        text.note += "; calibrated";
    else if (!profile.run.energy_basis.empty())
        text.note
            += fmt::format("; uncalibrated, currents: {}", printable(profile.run.energy_basis));
    return text;
}

std::vector<Caution> cautions_of(const Profile& profile)
{
    const traces::RunInfo& run = profile.run;
    std::vector<Caution> cautions;
    if (run.timing == "provisional")
        cautions.push_back({"timing: provisional.",
            "Cycles of this core come from a table that no measured program with known code has "
            "confirmed; instructions, memory and results are not affected."});
    if (run.outcome.reason == "exited" && run.outcome.exit_code == 0)
        return cautions;
    cautions.push_back(
        {"stopped:", why_stopped(run.outcome) + ". The figures are of what ran until then.", true});
    return cautions;
}

std::vector<std::string> note_texts(const Profile& profile)
{
    std::vector<std::string> sentences;
    for (const traces::Warning& warning : profile.warnings)
        sentences.push_back(warning.count > 1
                ? fmt::format("{} ({} times)", printable(warning.message), warning.count)
                : printable(warning.message));
    if (std::uint64_t outside = profile.total.cycles_outside_inference; outside > 0)
        sentences.push_back(base::scaled(real(outside))
            + " cycles before and after the inference (start-up, printing outputs) are not in "
              "these figures");
    auto estimates = std::ranges::count(profile.sources, "estimate", &traces::Source::grade);
    if (estimates > 0)
        sentences.push_back(fmt::format("rests on {} {}: mcuprof chips {} --sources", estimates,
            estimates == 1 ? "estimate" : "estimates", printable(profile.run.chip)));
    return sentences;
}

} // namespace report
