// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/comparison_page.h"

#include "base/text_table.h"
#include "profiler/report/cost_text.h"
#include "profiler/report/html/bar_charts.h"
#include "profiler/report/html/page.h"
#include "profiler/report/html/pareto.h"
#include "profiler/report/html/scatter_chart.h"
#include "profiler/report/run_facts.h"
#include "profiler/report/text_style.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace report::html {
namespace {

using kainjow::mustache::data;
using traces::Profile;
using Candidates = std::span<const Candidate>;

constexpr int colors = 9; // s9 is for what is not known

bool ended_well(const traces::RunInfo& run)
{
    return run.outcome.reason == "exited" && run.outcome.exit_code == 0;
}

std::string chip_of(const Candidate& candidate)
{
    const traces::RunInfo& run = candidate.profile.run;
    std::string chip = candidate.chip_title.empty() ? run.chip : candidate.chip_title;
    return run.clock_hz == 0
        ? chip
        : fmt::format("{} {}", chip, base::scaled_unit(real(run.clock_hz), "Hz"));
}

/// What tells a run from the others of this page.
std::vector<std::string> names_of(Candidates candidates)
{
    auto differs = [&](auto get) {
        return std::ranges::any_of(candidates,
            [&](const Candidate& candidate) { return get(candidate) != get(candidates.front()); });
    };
    auto kernels = [](const Candidate& candidate) { return candidate.profile.run.kernels; };
    auto planner = [](const Candidate& candidate) { return candidate.profile.run.planner; };
    bool with_chip = differs(chip_of), with_kernels = differs(kernels),
         with_planner = differs(planner);
    std::vector<std::string> names;
    for (const Candidate& candidate : candidates) {
        std::string name = candidate.profile.run.target;
        if (with_chip)
            name += fmt::format(", {}", chip_of(candidate));
        if (with_kernels)
            name += fmt::format(", {}", kernels(candidate));
        if (with_planner)
            name += fmt::format(", {}", planner(candidate));
        names.push_back(std::move(name));
    }
    return names;
}

std::string setup_of(const Candidate& candidate)
{
    const traces::RunInfo& run = candidate.profile.run;
    return run.kernels.empty() ? ""
                               : fmt::format("kernels {}, planner {}", run.kernels, run.planner);
}

/// The same chip and clock, the same color.
std::vector<std::string> distinct_chips(Candidates candidates)
{
    std::vector<std::string> chips;
    for (const Candidate& candidate : candidates)
        if (std::ranges::find(chips, chip_of(candidate)) == chips.end())
            chips.push_back(chip_of(candidate));
    return chips;
}

int color_of(const Candidate& candidate, const std::vector<std::string>& chips)
{
    return static_cast<int>(std::ranges::find(chips, chip_of(candidate)) - chips.begin()) % colors;
}

std::string key_of(const Candidate& candidate, std::size_t row)
{
    return candidate.profile.run.id.empty() ? std::to_string(row + 1) : candidate.profile.run.id;
}

BarChart by_run(Candidates candidates)
{
    BarChart chart;
    chart.axis = "run";
    chart.names = names_of(candidates);
    for (std::size_t i = 0; i < candidates.size(); ++i)
        chart.labels.push_back(key_of(candidates[i], i));
    return chart;
}

template <class Get>
Series series_of(Candidates candidates, std::string key, std::string name, int color, Get get)
{
    Series series {std::move(key), std::move(name), color, {}};
    for (const Candidate& candidate : candidates)
        series.values.push_back(get(candidate.profile));
    return series;
}

Markup latency_chart(Candidates candidates)
{
    BarChart chart = by_run(candidates);
    chart.text = {"latency", "Latency of one inference", ""};
    chart.measure = Measure::seconds;
    chart.series = {series_of(candidates, "latency", "latency", 0,
        [](const Profile& profile) { return traces::seconds(profile.total.cycles, profile.run); })};
    return row_chart(chart);
}

Markup energy_chart(Candidates candidates)
{
    auto known
        = [](const Candidate& candidate) { return candidate.profile.total.energy.has_value(); };
    if (std::ranges::none_of(candidates, known))
        return {};
    BarChart chart = by_run(candidates);
    chart.text = {"energy", "Energy of one inference", ""};
    if (!std::ranges::all_of(candidates, known))
        chart.text.description = "A run without a bar is one whose energy is unknown.";
    chart.measure = Measure::joules;
    chart.series = {series_of(candidates, "energy", "energy", 3, [](const Profile& profile) {
        return profile.total.energy ? profile.total.energy->joules : 0;
    })};
    return row_chart(chart);
}

Markup sram_chart(Candidates candidates)
{
    BarChart chart = by_run(candidates);
    chart.text = {"sram", "SRAM peak", ""};
    chart.measure = Measure::bytes;
    auto part = [&](const char* key, const char* name, int color,
                    std::uint64_t traces::MemoryUse::*bytes) {
        return series_of(candidates, key, name, color,
            [bytes](const Profile& profile) { return real(profile.memory.*bytes); });
    };
    chart.series = {part("arena", "arena", 2, &traces::MemoryUse::sram_arena),
        part("static", "static data", 4, &traces::MemoryUse::sram_static),
        part("stack", "stack", 3, &traces::MemoryUse::sram_stack),
        part("heap", "heap", 6, &traces::MemoryUse::sram_heap)};
    return row_chart(chart);
}

Markup flash_chart(Candidates candidates)
{
    BarChart chart = by_run(candidates);
    chart.text = {"flash", "Flash", ""};
    chart.measure = Measure::bytes;
    auto part = [&](const char* key, int color, std::uint64_t traces::MemoryUse::*bytes) {
        return series_of(candidates, key, key, color,
            [bytes](const Profile& profile) { return real(profile.memory.*bytes); });
    };
    chart.series = {part("weights", 0, &traces::MemoryUse::flash_weights),
        part("code", 3, &traces::MemoryUse::flash_code),
        part("constants", 1, &traces::MemoryUse::flash_constants)};
    return row_chart(chart);
}

/// Causes of all runs, in the order in which they are first met.
Markup cause_chart(Candidates candidates)
{
    BarChart chart = by_run(candidates);
    chart.text = {"causes", "Cycles by cause", ""};
    chart.measure = Measure::cycles;
    for (const Candidate& candidate : candidates)
        for (const traces::Cost& cause : candidate.profile.cycles_by_cause) {
            auto same = std::ranges::find(chart.series, cause.name, &Series::key);
            if (cause.value == 0 || same != chart.series.end())
                continue;
            int color
                = cause.name == "unmodeled" ? 9 : static_cast<int>(chart.series.size()) % colors;
            chart.series.push_back(series_of(
                candidates, cause.name, spaced(cause.name), color, [&](const Profile& profile) {
                    return real(traces::value_of(profile.cycles_by_cause, cause.name));
                }));
        }
    return row_chart(chart);
}

// --------------------------------------------------------------------------------------------------------
// what accuracy costs

struct CostAxis {
    const char* id;
    const char* title;
    Measure measure;
    std::optional<double> (*value)(const Profile&);
};

constexpr std::array cost_axes = {
    CostAxis {"latency", "latency", Measure::seconds,
        [](const Profile& profile) -> std::optional<double> {
            if (profile.run.clock_hz == 0)
                return {};
            return traces::seconds(profile.total.cycles, profile.run);
        }},
    CostAxis {"energy", "energy", Measure::joules,
        [](const Profile& profile) -> std::optional<double> {
            if (!profile.total.energy)
                return {};
            return profile.total.energy->joules;
        }},
    CostAxis {"sram", "SRAM peak", Measure::bytes,
        [](const Profile& profile) -> std::optional<double> {
            return real(profile.memory.sram_peak());
        }},
};

/// The front as stairs: between two of its points nothing is better than the cheaper one.
Curve stairs(const std::vector<Point>& points)
{
    std::vector<Bargain> bargains;
    for (const Point& point : points)
        bargains.push_back({point.x, point.y});
    Curve curve {"front", "", {}};
    for (std::size_t i : front_of(bargains)) {
        if (!curve.points.empty())
            curve.points.emplace_back(points[i].x, curve.points.back().second);
        curve.points.emplace_back(points[i].x, points[i].y);
    }
    return curve;
}

Markup accuracy_chart(
    Candidates candidates, const CostAxis& axis, const std::string& measure, int number)
{
    std::vector<std::string> chips = distinct_chips(candidates);
    ScatterChart chart;
    chart.logarithmic = false;
    chart.text = {fmt::format("accuracy-{}-{}", axis.id, number),
        fmt::format("Published accuracy ({}) over {}", measure, axis.title),
        "Up and to the left is better. The line joins runs that no other here beats in both."};
    chart.x_title = axis.title;
    chart.y_title = measure + ", %";
    chart.x_measure = axis.measure;
    chart.y_measure = Measure::percent;
    std::vector<bool> seen(chips.size());
    std::size_t left_out = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Candidate& candidate = candidates[i];
        if (!candidate.accuracy || candidate.accuracy->measure != measure)
            continue;
        std::optional<double> cost = axis.value(candidate.profile);
        if (!cost || !ended_well(candidate.profile.run) || !candidate.profile.memory.fits) {
            ++left_out;
            continue;
        }
        int color = color_of(candidate, chips);
        seen[static_cast<std::size_t>(std::ranges::find(chips, chip_of(candidate)) - chips.begin())]
            = true;
        chart.points.push_back({key_of(candidate, i), candidate.profile.run.target, *cost,
            candidate.accuracy->percent, color, chip_of(candidate), true});
    }
    if (chart.points.empty())
        return {};
    if (left_out > 0)
        chart.text.description
            += fmt::format(" {} left out: unknown, did not fit or did not end well.", left_out);
    for (std::size_t i = 0; i < chips.size(); ++i)
        if (seen[i])
            chart.legend.push_back({chips[i], fmt::format("s{}", i % colors)});
    chart.curves.push_back(stairs(chart.points));
    return scatter_chart(chart);
}

Markup accuracy_charts(Candidates candidates)
{
    std::vector<std::string> measures;
    for (const Candidate& candidate : candidates)
        if (candidate.accuracy
            && std::ranges::find(measures, candidate.accuracy->measure) == measures.end())
            measures.push_back(candidate.accuracy->measure);
    Markup charts;
    for (std::size_t i = 0; i < measures.size(); ++i)
        for (const CostAxis& axis : cost_axes)
            charts += accuracy_chart(candidates, axis, measures[i], static_cast<int>(i));
    return charts;
}

data cell(std::string text, double value)
{
    data one;
    one.set("text", std::move(text));
    one.set("value", exact(value));
    return one;
}

std::string of_capacity(std::uint64_t used, std::uint64_t capacity)
{
    std::string text = text_of(real(used), Measure::bytes);
    if (capacity > 0)
        text += fmt::format(" of {}", text_of(real(capacity), Measure::bytes));
    if (capacity > 0 && used > capacity)
        text += ", does not fit";
    return text;
}

data run_row(const Candidate& candidate, std::size_t number)
{
    const Profile& profile = candidate.profile;
    const traces::Totals& total = profile.total;
    data row;
    row.set("run", key_of(candidate, number));
    row.set("target", profile.run.target);
    row.set("chip", chip_of(candidate));
    row.set("setup", setup_of(candidate));
    data cells {data::type::list};
    double seconds = traces::seconds(total.cycles, profile.run);
    cells << cell(latency_text(profile), seconds);
    cells << cell(energy_text(profile).value, total.energy ? total.energy->joules : -1);
    cells << cell(of_capacity(profile.memory.sram_peak(), profile.memory.sram_capacity),
        real(profile.memory.sram_peak()));
    cells << cell(of_capacity(profile.memory.flash(), profile.memory.flash_capacity),
        real(profile.memory.flash()));
    cells << cell(base::scaled(real(total.macs)), real(total.macs));
    double cycles_per_mac = total.macs == 0 ? 0 : real(total.cycles) / real(total.macs);
    cells << cell(total.macs == 0 ? "" : fmt::format("{:.2f}", cycles_per_mac), cycles_per_mac);
    cells << cell(candidate.accuracy
            ? fmt::format("{:.1f} % ({})", candidate.accuracy->percent, candidate.accuracy->measure)
            : "",
        candidate.accuracy ? candidate.accuracy->percent : -1);
    row.set("cells", cells);
    std::vector<std::string> remarks;
    for (const Caution& caution : cautions_of(profile))
        remarks.push_back(caution.alarming
                ? fmt::format("stopped: {}", spaced(profile.run.outcome.reason))
                : std::string("provisional timing"));
    if (!profile.memory.fits)
        remarks.emplace_back("does not fit");
    row.set("remarks", fmt::format("{}", fmt::join(remarks, ", ")));
    return row;
}

data accuracy_sources(Candidates candidates)
{
    std::vector<std::string> sources;
    for (const Candidate& candidate : candidates)
        if (candidate.accuracy
            && std::ranges::find(sources, candidate.accuracy->source) == sources.end())
            sources.push_back(candidate.accuracy->source);
    data rows {data::type::list};
    for (const std::string& source : sources)
        rows << data("text", source);
    return rows;
}

data provenance_rows(Candidates candidates)
{
    data rows {data::type::list};
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const traces::RunInfo& run = candidates[i].profile.run;
        data row;
        row.set("run", key_of(candidates[i], i));
        row.set("created", run.created_at);
        row.set("tool", run.tool_version);
        row.set("setup", run.setup);
        row.set("placement", run.placement);
        row.set("error", expected_error_text(run));
        row.set("target_hash", run.target_sha256.substr(0, 16));
        row.set("elf_hash", run.elf_sha256.substr(0, 16));
        rows << row;
    }
    return rows;
}

} // namespace

std::string comparison_page(Candidates candidates)
{
    data page;
    page.set("title", fmt::format("{} runs compared", candidates.size()));
    data rows {data::type::list};
    for (std::size_t i = 0; i < candidates.size(); ++i)
        rows << run_row(candidates[i], i);
    page.set("runs", rows);
    bool same_setup = std::ranges::all_of(candidates,
        [&](const Candidate& other) { return setup_of(other) == setup_of(candidates.front()); });
    page.set("setup", same_setup && !candidates.empty() ? setup_of(candidates.front()) : "");
    page.set("setups_differ", !same_setup);
    page.set("latency", raw(latency_chart(candidates)));
    page.set("energy", raw(energy_chart(candidates)));
    page.set("sram", raw(sram_chart(candidates)));
    page.set("flash", raw(flash_chart(candidates)));
    page.set("causes", raw(cause_chart(candidates)));
    Markup accuracy = accuracy_charts(candidates);
    page.set("accuracy", raw(accuracy));
    page.set("has_accuracy", !accuracy.empty());
    page.set("accuracy_sources", accuracy_sources(candidates));
    page.set("provenance", provenance_rows(candidates));
    return render("comparison.mustache", page);
}

} // namespace report::html
