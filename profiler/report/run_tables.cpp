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

using Group = std::vector<const RunSummary*>;

std::vector<Group> by_chip_and_clock(std::span<const RunSummary> runs)
{
    std::vector<Group> groups;
    for (const RunSummary& run : runs) {
        auto same = [&](const Group& group) {
            return group[0]->run.chip == run.run.chip && group[0]->run.clock_hz == run.run.clock_hz;
        };
        auto place = std::find_if(groups.begin(), groups.end(), same);
        if (place == groups.end())
            groups.push_back({&run});
        else
            place->push_back(&run);
    }
    return groups;
}

bool is_best(const RunSummary& run, const Group& group)
{
    return group.size() > 1 && is_candidate(run)
        && std::none_of(group.begin(), group.end(),
            [&](const RunSummary* other) { return is_candidate(*other) && beats(*other, run); });
}

/// Whether the runs differ in something: else nobody needs a column for it.
bool differ(std::span<const RunSummary> runs, std::string traces::RunInfo::*member)
{
    return std::any_of(runs.begin(), runs.end(),
        [&](const RunSummary& run) { return run.run.*member != runs[0].run.*member; });
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

std::string comparison(std::span<const RunSummary> runs, TextStyle style)
{
    if (runs.empty())
        return "no runs\n";
    Paint paint(style);
    bool with_kernels = differ(runs, &traces::RunInfo::kernels),
         with_planner = differ(runs, &traces::RunInfo::planner);
    std::vector<Group> groups = by_chip_and_clock(runs);

    FittedTable table({{chip_and_clock(*groups[0][0]), Align::left, 0, 20}, {"", Align::left, 2},
        {"latency"}, {"energy", Align::right, 4}, {"SRAM"}, {"flash", Align::right, 5},
        {"MACs", Align::right, 1}, {"cyc/MAC", Align::right, 3}, {"", Align::left}});
    bool any_best = false, any_provisional = false;
    for (const Group& group : groups) {
        if (&group != &groups.front()) {
            table.add_row(std::vector<std::string>(9));
            table.add_row({chip_and_clock(*group[0]), "", "", "", "", "", "", "", ""});
        }
        for (const RunSummary* run : group) {
            bool best = is_best(*run, group), provisional = run->run.timing == "provisional";
            any_best |= best;
            any_provisional |= provisional;
            std::string mark = !ended_well(*run) ? paint.alarm(ending(*run))
                : !run->memory.fits              ? paint.alarm("does not fit")
                                                 : std::string(best ? "★" : "");
            const auto& energy = run->total.energy;
            table.add_row(
                {"  " + printable(run->run.target), setup_text(*run, with_kernels, with_planner),
                    latency(*run) + (provisional ? "~" : ""),
                    energy ? base::scaled_unit(energy->joules, "J") : "unknown",
                    usage(run->memory.sram_peak(), run->memory.sram_capacity, paint),
                    usage(run->memory.flash(), run->memory.flash_capacity, paint),
                    base::scaled(static_cast<double>(run->total.macs)), cycles_per_mac(run->total),
                    mark});
        }
    }
    std::string text = table.text(style.width);
    if (any_best || any_provisional)
        text += "\n";
    if (any_best)
        text += flowed_words("  ★ ",
            "no other run here on this chip is better in both latency and SRAM", 4, style.width);
    if (any_provisional)
        text += flowed_words("  ~ ",
            "timing: provisional, from a table of this core that no measured program with known "
            "code has confirmed",
            4, style.width);
    return text;
}

std::string comparison(std::span<const traces::Profile> profiles, TextStyle style)
{
    std::vector<RunSummary> runs;
    for (const traces::Profile& profile : profiles)
        runs.push_back({profile.run, profile.total, profile.memory});
    return comparison(runs, style);
}

} // namespace report
