// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/layer_charts.h"

#include "profiler/report/html/bar_charts.h"
#include "profiler/report/text_style.h"

#include <fmt/format.h>

#include <algorithm>

namespace report::html {
namespace {

using traces::Layer;
using traces::Profile;

constexpr std::size_t most_bars = 500; // an ELF may have ten thousand calls that are layers
constexpr int unmodeled_color = 9, other_colors = 9;

double real(std::uint64_t value) { return static_cast<double>(value); }

/// Layers in their order, then what is outside of them; of too many the first ones.
std::vector<const Layer*> bars_of(const Profile& profile)
{
    std::vector<const Layer*> bars;
    for (const Layer& layer : profile.layers)
        bars.push_back(&layer);
    std::stable_partition(
        bars.begin(), bars.end(), [](const Layer* layer) { return layer->index >= 0; });
    if (bars.size() > most_bars)
        bars.resize(most_bars);
    return bars;
}

BarChart by_layer(const std::vector<const Layer*>& bars, const Profile& profile)
{
    BarChart chart;
    chart.axis = "layer";
    for (const Layer* layer : bars) {
        bool outside = layer->index < 0;
        chart.labels.push_back(outside ? "out" : std::to_string(layer->index));
        chart.names.push_back(outside ? "outside layers"
                                      : fmt::format("{} {}", layer->index,
                                          layer->title.empty() ? layer->name : layer->title));
    }
    if (profile.layers.size() > most_bars)
        chart.text.description
            = fmt::format("The first {} of {} layers. ", most_bars, profile.layers.size());
    return chart;
}

template <class Get>
Series series_of(
    const std::vector<const Layer*>& bars, std::string key, std::string name, int color, Get get)
{
    Series series {std::move(key), std::move(name), color, {}};
    for (const Layer* layer : bars)
        series.values.push_back(get(*layer));
    return series;
}

int color_of(const Profile& profile, std::size_t cause)
{
    return profile.causes[cause].name == "unmodeled" ? unmodeled_color
                                                     : static_cast<int>(cause) % other_colors;
}

/// A series for each cause that took any cycle at all.
template <class ValueOf>
std::vector<Series> cause_series(const Profile& profile, ValueOf value_of_bar)
{
    std::vector<Series> all;
    for (std::size_t i = 0; i < profile.causes.size(); ++i) {
        const std::string& name = profile.causes[i].name;
        if (traces::value_of(profile.cycles_by_cause, name) == 0)
            continue;
        all.push_back({name, spaced(name), color_of(profile, i), value_of_bar(name)});
    }
    return all;
}

std::string meanings_of(const std::vector<traces::CostInfo>& infos, const traces::Costs& costs)
{
    std::string text;
    for (const traces::CostInfo& info : infos)
        if (traces::value_of(costs, info.name) > 0)
            text += fmt::format(
                "{}{}: {}", text.empty() ? "" : "; ", spaced(info.name), info.meaning);
    return text.empty() ? text : fmt::format("{}.", text);
}

double joules(const traces::Costs& femtojoules, const std::string& term)
{
    return real(traces::value_of(femtojoules, term)) / traces::femtojoules_in_a_joule;
}

/// A series for each term of energy that is not zero.
template <class ValuesOf>
std::vector<Series> term_series(const Profile& profile, ValuesOf values_of)
{
    std::vector<Series> all;
    for (std::size_t i = 0; i < profile.energy_terms.size(); ++i)
        if (const std::string& name = profile.energy_terms[i].name;
            traces::value_of(profile.energy_by_term, name) > 0)
            all.push_back(
                {name, spaced(name), static_cast<int>(i) % other_colors, values_of(name)});
    return all;
}

} // namespace

Markup cause_chart(const Profile& profile)
{
    if (profile.total.cycles == 0)
        return {};
    BarChart chart;
    chart.text
        = {"causes", "Cycles by cause", meanings_of(profile.causes, profile.cycles_by_cause)};
    chart.axis = "run";
    chart.labels = {"total"};
    chart.names = {"all"};
    chart.measure = Measure::cycles;
    chart.series = cause_series(profile, [&](const std::string& name) {
        return std::vector<double> {real(traces::value_of(profile.cycles_by_cause, name))};
    });
    return row_chart(chart);
}

Markup layer_cause_chart(const Profile& profile)
{
    std::vector<const Layer*> bars = bars_of(profile);
    if (bars.empty() || profile.total.cycles == 0)
        return {};
    BarChart chart = by_layer(bars, profile);
    chart.text.id = "cycles";
    chart.text.title = "Cycles of each layer, by cause";
    chart.text.description += "All bars together are the cycles of the run.";
    chart.measure = Measure::cycles;
    chart.series = cause_series(profile, [&](const std::string& name) {
        return series_of(bars, name, name, 0, [&](const Layer& layer) {
            return real(traces::value_of(layer.cycles_by_cause, name));
        }).values;
    });
    return column_chart(chart);
}

Markup layer_sram_chart(const Profile& profile)
{
    std::vector<const Layer*> bars = bars_of(profile);
    std::erase_if(bars, [](const Layer* layer) { return layer->index < 0; });
    const traces::MemoryUse& memory = profile.memory;
    if (bars.empty() || memory.sram_peak() == 0)
        return {};
    BarChart chart = by_layer(bars, profile);
    chart.text.id = "sram";
    chart.text.title = "SRAM while each layer runs";
    chart.text.description
        += "Static data and heap stay all the time; the peak is static data, the whole arena with "
           "its gaps, and the deepest stack.";
    chart.measure = Measure::bytes;
    chart.joined = true;
    chart.series = {
        series_of(bars, "static", "static data", 4,
            [&](const Layer&) { return real(memory.sram_static); }),
        series_of(bars, "heap", "heap", 6, [&](const Layer&) { return real(memory.sram_heap); }),
        series_of(
            bars, "live", "tensors", 2, [](const Layer& layer) { return real(layer.sram_live); }),
        series_of(
            bars, "scratch", "scratch", 1, [](const Layer& layer) { return real(layer.scratch); }),
        series_of(bars, "stack", "stack", 3, [](const Layer& layer) { return real(layer.stack); }),
    };
    std::erase_if(chart.series, [](const Series& series) {
        return std::ranges::all_of(series.values, [](double value) { return value == 0; });
    });
    if (memory.sram_capacity > 0)
        chart.limits.push_back({"capacity", "the chip's SRAM", real(memory.sram_capacity)});
    chart.limits.push_back({"peak", "peak", real(memory.sram_peak())});
    return column_chart(chart);
}

Markup traffic_chart(const Profile& profile)
{
    BarChart chart;
    chart.text = {"traffic", "Bytes moved, by memory",
        "Reads and writes of data and fetches of code as the core asked for them; a cache or "
        "accelerator may have served them (hits in the table below)."};
    chart.axis = "memory";
    chart.measure = Measure::bytes;
    chart.series = {{"read_bytes", "read", 0, {}}, {"write_bytes", "written", 1, {}},
        {"fetch_bytes", "fetched", 3, {}}};
    for (const traces::Traffic& traffic : profile.traffic) {
        auto place = std::ranges::find(chart.labels, traffic.region);
        auto row = static_cast<std::size_t>(place - chart.labels.begin());
        if (place == chart.labels.end()) {
            chart.labels.push_back(traffic.region);
            for (Series& series : chart.series)
                series.values.push_back(0);
        }
        chart.series[0].values[row] += real(traffic.read_bytes);
        chart.series[1].values[row] += real(traffic.write_bytes);
        chart.series[2].values[row] += real(traffic.fetch_bytes);
    }
    chart.names = chart.labels;
    return chart.labels.empty() ? Markup() : row_chart(chart);
}

Markup energy_chart(const Profile& profile)
{
    if (!profile.total.energy || profile.energy_by_term.empty())
        return {};
    BarChart chart;
    chart.text = {"energy-terms", "Energy by term",
        meanings_of(profile.energy_terms, profile.energy_by_term)};
    chart.axis = "run";
    chart.labels = {"total"};
    chart.names = {"all"};
    chart.measure = Measure::joules;
    chart.series = term_series(profile, [&](const std::string& name) {
        return std::vector<double> {joules(profile.energy_by_term, name)};
    });
    return row_chart(chart);
}

Markup layer_energy_chart(const Profile& profile)
{
    std::vector<const Layer*> bars = bars_of(profile);
    std::erase_if(bars, [](const Layer* layer) { return !layer->energy; });
    if (bars.empty())
        return {};
    BarChart chart = by_layer(bars, profile);
    chart.text.id = "energy";
    chart.text.title = "Energy of each layer";
    chart.measure = Measure::joules;
    chart.series = term_series(profile, [&](const std::string& name) {
        return series_of(bars, name, name, 0, [&](const Layer& layer) {
            return joules(layer.energy_by_term, name);
        }).values;
    });
    if (chart.series.empty()) // a run that does not say of what it consists
        chart.series = {series_of(
            bars, "energy", "energy", 3, [](const Layer& layer) { return layer.energy->joules; })};
    return column_chart(chart);
}

} // namespace report::html
