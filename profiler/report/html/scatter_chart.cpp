// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/scatter_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace report::html {
namespace {

struct Extent {
    double least = 0, largest = 0;
};

template <class Get>
Extent extent(const ScatterChart& chart, Get get)
{
    Extent result;
    bool first = true;
    auto add = [&](double value) {
        result = first ? Extent {value, value}
                       : Extent {std::min(result.least, value), std::max(result.largest, value)};
        first = false;
    };
    for (const Point& point : chart.points)
        add(get(point.x, point.y));
    return result;
}

/// A polygon of so many corners, or a circle: what the color says, told once more.
Markup symbol(const Point& point, double x, double y, const Markup& title)
{
    std::vector<Attribute> attributes = {{"class", fmt::format("mark point s{}", point.color)},
        {"data-key", point.key}, {"data-x", exact(point.x)}, {"data-y", exact(point.y)}};
    constexpr double radius = 5.5;
    constexpr std::array corners = {0, 4, 3, 5, 6, 8};
    int count = corners[static_cast<std::size_t>(point.color) % corners.size()];
    if (count == 0) {
        attributes.insert(attributes.end(), {{"cx", x}, {"cy", y}, {"r", radius}});
        return element("circle", attributes, title);
    }
    std::string path;
    for (int i = 0; i < count; ++i) {
        double angle = 2 * std::numbers::pi * i / count - std::numbers::pi / 2;
        path += fmt::format("{}{} {}", i == 0 ? "M" : "L",
            coordinate(x + 1.15 * radius * std::cos(angle)),
            coordinate(y + 1.15 * radius * std::sin(angle)));
    }
    attributes.emplace_back("d", path + "Z");
    return element("path", attributes, title);
}

std::string titled(const std::string& title, const DisplayUnit& unit)
{
    return unit.name.empty() ? title : fmt::format("{} ({})", title, unit.name);
}

} // namespace

Markup scatter_chart(const ScatterChart& chart)
{
    Drawing drawing;
    drawing.height = 380;
    PlotArea area;
    area.bottom = 336;
    Extent xs = extent(chart, [](double x, double) { return x; }),
           ys = extent(chart, [](double, double y) { return y; });
    DisplayUnit x_unit = display_unit(xs.largest, chart.x_measure);
    Scale x_scale = chart.logarithmic
        ? Scale::logarithmic(xs.least, xs.largest * 1.3, area.left, area.right)
        : Scale::linear(xs.largest * 1.02, area.left, area.right, x_unit.factor, 8);
    // A roof belongs to the picture even if no point comes near it.
    double roof = ys.largest;
    for (const Curve& curve : chart.curves)
        if (chart.logarithmic)
            for (auto [x, y] : curve.points)
                roof = std::max(roof, y);
    Scale y_scale = chart.logarithmic ? Scale::logarithmic(ys.least, roof, area.bottom, area.top)
                                      : Scale::window(ys.least, ys.largest, area.bottom, area.top);
    drawing.content += vertical_axis(y_scale, area, chart.y_title);
    drawing.content += horizontal_axis(
        x_scale, area, chart.logarithmic ? chart.x_title : titled(chart.x_title, x_unit));

    auto inside = [&](double x, double y) {
        return std::pair {std::clamp(x_scale(x), area.left, area.right),
            std::clamp(y_scale(y), area.top, area.bottom)};
    };
    for (const Curve& curve : chart.curves) {
        std::string path;
        for (auto [x, y] : curve.points) {
            auto [at_x, at_y] = inside(x, y);
            path += fmt::format(
                "{}{} {}", path.empty() ? "M" : "L", coordinate(at_x), coordinate(at_y));
        }
        drawing.content += element("path", {{"class", "curve " + curve.key}, {"d", path}},
            text_element("title", {}, curve.name));
        if (curve.points.size() < 2 || curve.name.empty())
            continue;
        auto [x, y] = inside(curve.points.back().first, curve.points.back().second);
        drawing.content += text_element("text",
            {{"class", "curve-name"}, {"x", std::min(x, area.right - 4)},
                {"y", std::max(y - 6, 12.0)}, {"text-anchor", "end"}},
            curve.name);
    }
    DataTable table {{"name", titled(chart.x_title, {}), chart.y_title}, {}};
    for (const Point& point : chart.points) {
        auto [x, y] = inside(point.x, point.y);
        std::string text = fmt::format("{}: {} {}, {} {}", point.name, chart.x_title,
            text_of(point.x, chart.x_measure), chart.y_title, text_of(point.y, chart.y_measure));
        if (!point.note.empty())
            text += ", " + point.note;
        drawing.content += symbol(point, x, y, text_element("title", {}, text));
        if (point.named) {
            bool at_right = x < area.right - 260;
            drawing.content += text_element("text",
                {{"class", "point-name"}, {"x", at_right ? x + 6 : x - 6}, {"y", y - 8},
                    {"text-anchor", at_right ? "start" : "end"}},
                point.name);
        }
        table.rows.push_back(
            {point.name, text_of(point.x, chart.x_measure), text_of(point.y, chart.y_measure)});
    }
    return figure(chart.text, drawing, chart.legend, table);
}

} // namespace report::html
