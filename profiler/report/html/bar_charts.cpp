// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/bar_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace report::html {
namespace {

double bar_total(const BarChart& chart, std::size_t bar)
{
    double total = 0;
    for (const Series& series : chart.series)
        total += series.values[bar];
    return total;
}

double largest_bar(const BarChart& chart)
{
    double largest = 0;
    for (std::size_t i = 0; i < chart.labels.size(); ++i)
        largest = std::max(largest, bar_total(chart, i));
    return largest;
}

/// Limits that a reader can still see together with the bars.
std::vector<Limit> drawn_limits(const BarChart& chart)
{
    constexpr double furthest = 4;
    std::vector<Limit> limits = chart.limits;
    std::erase_if(
        limits, [&](const Limit& limit) { return limit.value > furthest * largest_bar(chart); });
    return limits;
}

ChartText with_far_limits(const BarChart& chart)
{
    ChartText text = chart.text;
    std::vector<Limit> drawn = drawn_limits(chart);
    for (const Limit& limit : chart.limits)
        if (std::ranges::find(drawn, limit.key, &Limit::key) == drawn.end())
            text.description += fmt::format("{}Far above what is drawn: {}, {}.",
                text.description.empty() ? "" : " ", limit.name,
                text_of(limit.value, chart.measure));
    return text;
}

std::string tooltip(const BarChart& chart, const Series& series, std::size_t bar)
{
    double value = series.values[bar], total = bar_total(chart, bar);
    std::string text
        = fmt::format("{}: {} {}", chart.names[bar], series.name, text_of(value, chart.measure));
    if (chart.series.size() > 1)
        text += fmt::format(", {:.1f} % of {}", 100 * value / total, text_of(total, chart.measure));
    return text;
}

struct Box {
    double x = 0, y = 0, width = 0, height = 0;
};

Markup mark(const BarChart& chart, const Series& series, std::size_t bar, Box box)
{
    return element("rect",
        {{"class", fmt::format("mark s{}", series.color)}, {"x", box.x}, {"y", box.y},
            {"width", box.width}, {"height", box.height}, {"data-bar", chart.labels[bar]},
            {"data-series", series.key}, {"data-value", exact(series.values[bar])}},
        text_element("title", {}, tooltip(chart, series, bar)));
}

std::vector<LegendEntry> legend_of(const BarChart& chart)
{
    std::vector<LegendEntry> legend;
    if (chart.series.size() > 1)
        for (const Series& series : chart.series)
            legend.push_back({series.name, fmt::format("s{}", series.color)});
    return legend;
}

DataTable table_of(const BarChart& chart)
{
    DataTable table;
    table.heads.push_back(chart.axis);
    for (const Series& series : chart.series)
        table.heads.push_back(series.name);
    for (std::size_t i = 0; i < chart.labels.size(); ++i) {
        std::vector<std::string> row = {chart.names[i]};
        for (const Series& series : chart.series)
            row.push_back(series.values[i] == 0 ? "" : text_of(series.values[i], chart.measure));
        table.rows.push_back(std::move(row));
    }
    return table;
}

Scale value_scale(const BarChart& chart, double begin, double end, DisplayUnit& unit)
{
    double largest = largest_bar(chart);
    for (const Limit& limit : drawn_limits(chart))
        largest = std::max(largest, limit.value);
    unit = display_unit(largest, chart.measure);
    return Scale::linear(largest, begin, end, unit.factor);
}

} // namespace

Markup column_chart(const BarChart& chart)
{
    PlotArea area;
    Drawing drawing;
    std::size_t bars = chart.labels.size();
    DisplayUnit unit;
    Scale scale = value_scale(chart, area.bottom, area.top, unit);
    drawing.content += vertical_axis(scale, area, unit.name);

    double step = (area.right - area.left) / static_cast<double>(std::max<std::size_t>(bars, 1));
    double gap = chart.joined ? 0 : std::min(step * 0.18, 6.0);
    constexpr double widest = 60;
    double width = chart.joined ? step : std::min(step - gap, widest);
    constexpr double label_room = 30;
    auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(label_room / step)));
    Markup labels;
    for (std::size_t i = 0; i < bars; ++i) {
        double middle = area.left + (static_cast<double>(i) + 0.5) * step, y = area.bottom;
        for (const Series& series : chart.series) {
            if (!(series.values[i] > 0))
                continue;
            double height = area.bottom - scale(series.values[i]);
            y -= height;
            drawing.content += mark(chart, series, i, {middle - width / 2, y, width, height});
        }
        if (i % every == 0)
            labels += text_element("text",
                {{"x", middle}, {"y", area.bottom + 16}, {"text-anchor", "middle"}},
                chart.labels[i]);
    }
    labels += text_element("text",
        {{"class", "axis-title"}, {"x", (area.left + area.right) / 2}, {"y", area.bottom + 34},
            {"text-anchor", "middle"}},
        chart.axis);
    drawing.content += element("g", {{"class", "axis"}, {"aria-hidden", "true"}}, labels);
    for (const Limit& limit : drawn_limits(chart)) {
        double y = scale(limit.value);
        drawing.content += element("line",
            {{"class", "limit"}, {"x1", area.left}, {"x2", area.right}, {"y1", y}, {"y2", y},
                {"data-limit", limit.key}, {"data-value", exact(limit.value)}});
        drawing.content += text_element("text",
            {{"class", "limit-name"}, {"x", area.right - 4}, {"y", y < 24 ? y + 14 : y - 5},
                {"text-anchor", "end"}},
            limit.name + " " + text_of(limit.value, chart.measure));
    }
    return figure(with_far_limits(chart), drawing, legend_of(chart), table_of(chart));
}

Markup row_chart(const BarChart& chart)
{
    constexpr double row_height = 26, bar_height = 18, character = 6.6;
    std::size_t bars = chart.labels.size(), longest = 0;
    for (const std::string& name : chart.names)
        longest = std::max(longest, name.size());
    PlotArea area;
    area.left = std::clamp(static_cast<double>(longest) * character + 16, 60.0, 340.0);
    area.right = 870; // room for the number behind the longest bar
    area.bottom = area.top + row_height * static_cast<double>(bars);
    Drawing drawing;
    drawing.height = area.bottom + 44;

    DisplayUnit unit;
    Scale scale = value_scale(chart, area.left, area.right, unit);
    drawing.content += horizontal_axis(scale, area, unit.name);
    Markup labels;
    for (std::size_t i = 0; i < bars; ++i) {
        double y = area.top + row_height * static_cast<double>(i) + (row_height - bar_height) / 2;
        double x = area.left;
        for (const Series& series : chart.series) {
            if (!(series.values[i] > 0))
                continue;
            double width = scale(series.values[i]) - area.left;
            drawing.content += mark(chart, series, i, {x, y, width, bar_height});
            x += width;
        }
        double text_y = y + bar_height - 5;
        labels
            += text_element("text", {{"x", area.left - 6}, {"y", text_y}, {"text-anchor", "end"}},
                fitted(chart.names[i], area.left - 10));
        labels += text_element(
            "text", {{"x", x + 5}, {"y", text_y}}, text_of(bar_total(chart, i), chart.measure));
    }
    drawing.content += element("g", {{"class", "axis"}, {"aria-hidden", "true"}}, labels);
    return figure(with_far_limits(chart), drawing, legend_of(chart), table_of(chart));
}

} // namespace report::html
