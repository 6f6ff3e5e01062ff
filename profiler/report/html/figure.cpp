// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/figure.h"

#include "base/text_table.h"

#include <fmt/format.h>

namespace report::html {
namespace {

Markup legend_list(const std::vector<LegendEntry>& legend)
{
    if (legend.empty())
        return {};
    Markup items;
    for (const LegendEntry& entry : legend) {
        Markup item = element("i", {{"class", "swatch " + entry.style}});
        item += Markup::escaped(entry.name);
        items += element("li", {}, item);
    }
    return element("ul", {{"class", "legend"}}, items);
}

Markup table_of(const DataTable& table)
{
    Markup heads, body;
    for (const std::string& head : table.heads)
        heads += text_element("th", {{"scope", "col"}}, head);
    for (const std::vector<std::string>& row : table.rows) {
        Markup cells;
        for (const std::string& cell : row)
            cells += cells.empty() ? text_element("th", {{"scope", "row"}}, cell)
                                   : text_element("td", {}, cell);
        body += element("tr", {}, cells);
    }
    Markup whole = element("thead", {}, element("tr", {}, heads));
    whole += element("tbody", {}, body);
    return element("table", {}, whole);
}

} // namespace

Markup figure(const ChartText& text, const Drawing& drawing, const std::vector<LegendEntry>& legend,
    const DataTable& table)
{
    std::string title_id = text.id + "-title", description_id = text.id + "-description";
    Markup caption = text_element("strong", {{"id", title_id}}, text.title);
    if (!text.description.empty())
        caption += text_element("span", {{"id", description_id}}, text.description);
    Markup inner = element("figcaption", {}, caption);
    inner += legend_list(legend);

    Markup svg = text_element("title", {}, text.title);
    svg += text_element("desc", {}, text.description);
    svg += drawing.content;
    Markup picture = element("svg",
        {{"viewBox",
             fmt::format("0 0 {} {}", coordinate(drawing.width), coordinate(drawing.height))},
            {"role", "img"}, {"tabindex", "0"}, {"focusable", "true"},
            {"aria-labelledby",
                text.description.empty() ? title_id : title_id + " " + description_id}},
        svg);
    inner += element("div", {{"class", "scroll"}}, picture);
    inner += element("p", {{"class", "reading"}, {"aria-live", "polite"}});
    if (!table.rows.empty()) {
        Markup fold = text_element("summary", {}, "the figures");
        fold += element("div", {{"class", "scroll"}}, table_of(table));
        inner += element("details", {{"class", "figures"}}, fold);
    }
    return element("figure", {{"class", "chart"}, {"id", text.id}}, inner);
}

Markup axis_title(double x, double y, const std::string& title)
{
    return text_element("text", {{"class", "axis-title"}, {"x", x}, {"y", y}}, title);
}

Markup vertical_axis(const Scale& scale, const PlotArea& area, const std::string& title)
{
    Markup axis;
    for (const Tick& tick : scale.ticks()) {
        double y = scale(tick.value);
        axis += element("line", {{"x1", area.left}, {"x2", area.right}, {"y1", y}, {"y2", y}});
        axis += text_element(
            "text", {{"x", area.left - 6}, {"y", y + 4}, {"text-anchor", "end"}}, tick.label);
    }
    double x = 13, y = (area.top + area.bottom) / 2;
    axis += text_element("text",
        {{"class", "axis-title"}, {"text-anchor", "middle"},
            {"transform", fmt::format("translate({} {}) rotate(-90)", x, coordinate(y))}},
        title);
    return element("g", {{"class", "axis"}, {"aria-hidden", "true"}}, axis);
}

Markup horizontal_axis(const Scale& scale, const PlotArea& area, const std::string& title)
{
    Markup axis;
    for (const Tick& tick : scale.ticks()) {
        double x = scale(tick.value);
        axis += element("line", {{"x1", x}, {"x2", x}, {"y1", area.top}, {"y2", area.bottom}});
        axis += text_element(
            "text", {{"x", x}, {"y", area.bottom + 16}, {"text-anchor", "middle"}}, tick.label);
    }
    axis += text_element("text",
        {{"class", "axis-title"}, {"x", (area.left + area.right) / 2}, {"y", area.bottom + 34},
            {"text-anchor", "middle"}},
        title);
    return element("g", {{"class", "axis"}, {"aria-hidden", "true"}}, axis);
}

std::string fitted(const std::string& text, double width)
{
    constexpr double character = 6.2; // of the charts' 11 pixel font, on average
    auto room = static_cast<std::size_t>(width > 0 ? width / character : 0);
    return room < 2 ? "" : base::shortened(text, room);
}

} // namespace report::html
