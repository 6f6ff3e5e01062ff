// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/run_tables.h"

#include "profiler/report/fitted_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace report {
namespace {

using base::Align;
using traces::RunSummary;

bool ended_well(const RunSummary& run)
{
    return run.run.outcome.reason == "exited" && run.run.outcome.exit_code == 0;
}

std::string ending(const RunSummary& run)
{
    if (run.run.outcome.reason == "exited" && run.run.outcome.exit_code != 0)
        return fmt::format("exit code {}", run.run.outcome.exit_code);
    return spaced(run.run.outcome.reason);
}

std::string latency(const RunSummary& run)
{
    return run.run.clock_hz == 0 ? ""
                                 : base::scaled_seconds(traces::seconds(run.total.cycles, run.run));
}

std::string chip_and_clock(const RunSummary& run)
{
    std::string text = printable(run.run.chip);
    return run.run.clock_hz == 0
        ? text
        : text + " " + base::scaled_unit(static_cast<double>(run.run.clock_hz), "Hz");
}

/// "91.0 of 320 K".
std::string usage(std::uint64_t used, std::uint64_t capacity, const Paint& paint)
{
    std::string text = fmt::format("{:.1f}", static_cast<double>(used) / 1024);
    if (capacity == 0)
        return text + " K";
    text += fmt::format(" of {} K", capacity / 1024);
    return used <= capacity ? text : paint.alarm(text);
}

std::string cycles_per_mac(const traces::Totals& total)
{
    return total.macs == 0 ? ""
                           : fmt::format("{:.2f}",
                               static_cast<double>(total.cycles) / static_cast<double>(total.macs));
}

bool is_candidate(const RunSummary& run)
{
    return ended_well(run) && run.memory.fits && run.run.clock_hz > 0;
}

/// As good in both and better in one; within one chip and clock cycles are latency.
bool beats(const RunSummary& a, const RunSummary& b)
{
    std::uint64_t sram_a = a.memory.sram_peak(), sram_b = b.memory.sram_peak();
    return a.total.cycles <= b.total.cycles && sram_a <= sram_b
        && (a.total.cycles < b.total.cycles || sram_a < sram_b);
}

using Group = std::vector<const ComparedRun*>;

bool same_chip_and_clock(const RunSummary& a, const RunSummary& b)
{
    return a.run.chip == b.run.chip && a.run.clock_hz == b.run.clock_hz;
}

std::vector<Group> by_chip_and_clock(std::span<const ComparedRun> runs)
{
    std::vector<Group> groups;
    for (const ComparedRun& run : runs) {
        auto same = [&](const Group& group) {
            return same_chip_and_clock(group[0]->summary, run.summary);
        };
        auto place = std::find_if(groups.begin(), groups.end(), same);
        if (place == groups.end())
            groups.push_back({&run});
        else
            place->push_back(&run);
    }
    return groups;
}

/// Of the others on its chip, at its clock.
bool is_best(const RunSummary& run, std::span<const RunSummary> runs)
{
    bool alone = true, beaten = !is_candidate(run);
    for (const RunSummary& other : runs)
        if (&other != &run && same_chip_and_clock(other, run)) {
            alone = false;
            beaten |= is_candidate(other) && beats(other, run);
        }
    return !alone && !beaten;
}

/// Whether the runs that ran differ in something: else nobody needs a column for it.
bool differ(std::span<const ComparedRun> runs, std::string traces::RunInfo::*member)
{
    const ComparedRun* first = nullptr;
    for (const ComparedRun& run : runs) {
        if (!run.ran())
            continue;
        if (first && first->summary.run.*member != run.summary.run.*member)
            return true;
        first = &run;
    }
    return false;
}

/// "SRAM +12.0 K": so much more than there is.
std::string shortage(const traces::MemoryUse& memory)
{
    auto too_few = [](const char* what, std::uint64_t used, std::uint64_t capacity) {
        return used <= capacity || capacity == 0
            ? std::string()
            : fmt::format("{} +{}", what, base::scaled_bytes(used - capacity));
    };
    std::string sram = too_few("SRAM", memory.sram_peak(), memory.sram_capacity),
                flash = too_few("flash", memory.flash(), memory.flash_capacity);
    return sram.empty() || flash.empty() ? sram + flash : fmt::format("{}, {}", sram, flash);
}

std::string setup_text(const RunSummary& run, bool with_kernels, bool with_planner)
{
    std::string text = with_kernels ? printable(run.run.kernels) : "";
    if (with_planner)
        text += (text.empty() ? "" : ", ") + printable(run.run.planner);
    return text;
}

} // namespace

std::string run_list(std::span<const RunSummary> runs, TextStyle style)
{
    if (runs.empty())
        return "no runs\n";
    Paint paint(style);
    FittedTable table({{"run"}, {"created", Align::left, 1}, {"target", Align::left, 0, 16},
        {"chip", Align::left, 0, 12}, {"kernels", Align::left, 3}, {"latency"},
        {"cycles", Align::right, 4}, {"SRAM", Align::right, 5}, {"flash", Align::right, 2},
        {"ended", Align::left, 6}});
    for (const RunSummary& run : runs)
        table.add_row({run.run.id, printable(run.run.created_at), printable(run.run.target),
            chip_and_clock(run), printable(run.run.kernels), latency(run),
            base::scaled(static_cast<double>(run.total.cycles)),
            usage(run.memory.sram_peak(), run.memory.sram_capacity, paint),
            usage(run.memory.flash(), run.memory.flash_capacity, paint),
            ended_well(run) ? "well" : paint.alarm(ending(run))});
    return table.text(style.width);
}

std::string trouble_of(const ComparedRun& run)
{
    if (!run.ran())
        return run.obstacle;
    if (!ended_well(run.summary))
        return ending(run.summary);
    if (run.summary.memory.fits)
        return "";
    std::string lacking = shortage(run.summary.memory);
    return lacking.empty() ? "does not fit" : lacking;
}

std::string comparison(std::span<const ComparedRun> runs, Grouping grouping,
    const std::string& best_in, TextStyle style)
{
    if (runs.empty())
        return "no runs\n";
    Paint paint(style);
    bool with_kernels = differ(runs, &traces::RunInfo::kernels),
         with_planner = differ(runs, &traces::RunInfo::planner),
         grouped = grouping != Grouping::none;
    auto any = [&](auto claim) { return std::any_of(runs.begin(), runs.end(), claim); };
    bool with_accuracy = any([](const ComparedRun& run) { return run.accuracy.has_value(); });
    bool with_obstacles = any([](const ComparedRun& run) { return !run.ran(); });
    std::vector<Group> groups;
    if (grouped) {
        groups = by_chip_and_clock(runs);
    } else {
        groups.resize(1);
        for (const ComparedRun& run : runs)
            groups[0].push_back(&run);
    }

    std::vector<FittedTable::Column> columns {
        {grouped ? chip_and_clock(groups[0][0]->summary) : "", Align::left, 0, 20}};
    if (!grouped)
        columns.push_back({"chip", Align::left, 0, 12});
    columns.insert(columns.end(),
        {{"", Align::left, 2}, {"latency"}, {"energy", Align::right, 4}, {"SRAM"},
            {"flash", Align::right, 5}, {"MACs", Align::right, 1}, {"cyc/MAC", Align::right, 3}});
    if (with_accuracy)
        columns.push_back({"accuracy", Align::right, 6});
    // A reason may be long; what is shortened has no colors.
    columns.push_back({"", Align::left, 0, with_obstacles ? std::size_t {24} : 0});
    FittedTable table(columns);
    auto add_row = [&](std::vector<std::string> cells) {
        cells.resize(columns.size());
        table.add_row(std::move(cells));
    };

    bool any_best = false, any_provisional = false;
    for (const Group& group : groups) {
        if (&group != &groups.front()) {
            add_row({});
            add_row({chip_and_clock(group[0]->summary)});
        }
        for (const ComparedRun* run : group) {
            const RunSummary& summary = run->summary;
            bool provisional = run->ran() && summary.run.timing == "provisional";
            any_best |= run->best;
            any_provisional |= provisional;
            std::vector<std::string> cells {"  " + printable(summary.run.target)};
            if (!grouped)
                cells.push_back(chip_and_clock(summary));
            cells.push_back(setup_text(summary, with_kernels, with_planner));
            std::string mark = trouble_of(*run);
            if (run->ran()) {
                const auto& energy = summary.total.energy;
                cells.push_back(latency(summary) + (provisional ? "~" : ""));
                cells.push_back(energy ? base::scaled_unit(energy->joules, "J") : "unknown");
                cells.push_back(
                    usage(summary.memory.sram_peak(), summary.memory.sram_capacity, paint));
                cells.push_back(
                    usage(summary.memory.flash(), summary.memory.flash_capacity, paint));
                cells.push_back(base::scaled(static_cast<double>(summary.total.macs)));
                cells.push_back(cycles_per_mac(summary.total));
            } else {
                cells.resize(cells.size() + 6);
            }
            if (with_accuracy)
                cells.push_back(run->accuracy ? fmt::format("{:.1f} %", *run->accuracy) : "");
            cells.push_back(mark.empty() ? std::string(run->best ? "★" : "")
                    : with_obstacles     ? printable(mark)
                                         : paint.alarm(printable(mark)));
            add_row(std::move(cells));
        }
    }
    std::string text = table.text(style.width);
    if (any_best || any_provisional)
        text += "\n";
    if (any_best)
        text += flowed_words("  ★ ",
            fmt::format("no other run here on this chip is better in {}", best_in), 4, style.width);
    if (any_provisional)
        text += flowed_words("  ~ ",
            "timing: provisional, from a table of this core that no measured program with known "
            "code has confirmed",
            4, style.width);
    return text;
}

std::string comparison(std::span<const RunSummary> runs, TextStyle style)
{
    std::vector<ComparedRun> compared;
    for (const RunSummary& run : runs)
        compared.push_back({run, {}, {}, is_best(run, runs)});
    return comparison(compared, Grouping::by_chip_and_clock, "both latency and SRAM", style);
}

std::string comparison(std::span<const traces::Profile> profiles, TextStyle style)
{
    std::vector<RunSummary> runs;
    for (const traces::Profile& profile : profiles)
        runs.push_back({profile.run, profile.total, profile.memory});
    return comparison(runs, style);
}

} // namespace report
