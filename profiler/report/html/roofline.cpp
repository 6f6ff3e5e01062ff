// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/roofline.h"

#include "profiler/report/html/scatter_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace report::html {
namespace {

struct Kind {
    std::string_view operator_name, name;
};
constexpr std::array kinds
    = {Kind {"CONV_2D", "convolution"}, Kind {"DEPTHWISE_CONV_2D", "depthwise"},
        Kind {"FULLY_CONNECTED", "fully connected"}, Kind {"", "other"}};

int kind_of(const traces::Layer& layer)
{
    auto kind = std::ranges::find(kinds, layer.operator_name, &Kind::operator_name);
    return static_cast<int>(std::min(kind, kinds.end() - 1) - kinds.begin());
}

void add_roofs(ScatterChart& chart, const Roofs& roofs)
{
    double least = chart.points.front().x, largest = least;
    for (const Point& point : chart.points) {
        least = std::min(least, point.x);
        largest = std::max(largest, point.x);
    }
    double right = largest * 4;
    if (roofs.macs_per_cycle > 0)
        chart.curves.push_back(
            {"core-roof", fmt::format("core: {:.3g} MACs a cycle at best", roofs.macs_per_cycle),
                {{least / 4, roofs.macs_per_cycle}, {right, roofs.macs_per_cycle}}});
    if (roofs.flash_bytes_per_cycle <= 0)
        return;
    double slope = roofs.flash_bytes_per_cycle;
    double top = roofs.macs_per_cycle > 0 ? roofs.macs_per_cycle : slope * right;
    double end = std::min(top / slope, right);
    if (end > least / 4) // else the flash is faster than any of these layers needs
        chart.curves.push_back(
            {"flash-roof", fmt::format("flash without cache: {:.3g} bytes a cycle", slope),
                {{least / 4, slope * least / 4}, {end, slope * end}}});
}

} // namespace

Markup roofline(const traces::Profile& profile, const Roofs& roofs)
{
    ScatterChart chart;
    chart.text = {"roofline", "Roofline: MACs a cycle over MACs a byte read from flash",
        "Both axes are logarithmic. Reads are counted as the core asked for them, so a layer above "
        "the flash's roof lives on its cache. Far below both roofs: neither multiplying nor flash "
        "is what takes the time."};
    chart.x_title = "MACs a byte read from flash";
    chart.y_title = "MACs a cycle";
    std::array<bool, kinds.size()> seen {};
    constexpr std::size_t most_points = 500;
    for (const traces::Layer& layer : profile.layers) {
        if (layer.index < 0 || layer.macs == 0 || layer.cycles == 0 || layer.flash_read_bytes == 0)
            continue;
        if (chart.points.size() == most_points) {
            chart.text.description += fmt::format(" The first {} layers.", most_points);
            break;
        }
        double macs = static_cast<double>(layer.macs);
        int kind = kind_of(layer);
        seen[static_cast<std::size_t>(kind)] = true;
        chart.points.push_back({std::to_string(layer.index),
            fmt::format("{} {}", layer.index, layer.title.empty() ? layer.name : layer.title),
            macs / static_cast<double>(layer.flash_read_bytes),
            macs / static_cast<double>(layer.cycles), kind, "", false});
    }
    if (chart.points.empty())
        return {};
    for (std::size_t i = 0; i < kinds.size(); ++i)
        if (seen[i])
            chart.legend.push_back({std::string(kinds[i].name), fmt::format("s{}", i)});
    add_roofs(chart, roofs);
    return scatter_chart(chart);
}

} // namespace report::html
