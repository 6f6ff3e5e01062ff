// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/power_chart.h"

#include "profiler/report/html/figure.h"

#include <fmt/format.h>

#include <algorithm>

namespace report::html {
namespace {

using traces::Layer;
using traces::PowerSample;
using traces::Profile;

constexpr std::size_t most_bands = 1000;

/// Steps from sample to sample, closed along the axis.
std::string outline(const Profile& profile, const Scale& x_scale, const Scale& y_scale)
{
    std::string path;
    for (const PowerSample& sample : profile.power) {
        double begin = traces::seconds(sample.start_cycle, profile.run),
               end = begin + traces::seconds(sample.cycles, profile.run);
        std::string y = coordinate(y_scale(traces::watts(sample, profile.run)));
        path += path.empty()
            ? fmt::format("M{} {}V{}", coordinate(x_scale(begin)), coordinate(y_scale(0)), y)
            : fmt::format("V{}", y);
        path += fmt::format("H{}", coordinate(x_scale(end)));
    }
    return path + fmt::format("V{}Z", coordinate(y_scale(0)));
}

Markup bands(const Profile& profile, const Scale& x_scale, const PlotArea& area)
{
    Markup marks;
    std::size_t count = 0;
    for (const Layer& layer : profile.layers) {
        if (layer.index < 0 || layer.cycles == 0 || ++count > most_bands)
            continue;
        double begin = traces::seconds(layer.start_cycle, profile.run),
               duration = traces::seconds(layer.cycles, profile.run);
        std::string text = fmt::format("{} {}: {} from {} on", layer.index,
            layer.title.empty() ? layer.name : layer.title, text_of(duration, Measure::seconds),
            text_of(begin, Measure::seconds));
        if (layer.energy)
            text += fmt::format(", {}, {} on average",
                text_of(layer.energy->joules, Measure::joules),
                text_of(layer.energy->joules / duration, Measure::watts));
        double x = x_scale(begin), end = std::min(x_scale(begin + duration), area.right);
        marks += element("rect",
            {{"class", "mark band"}, {"x", x}, {"y", area.top}, {"width", std::max(end - x, 0.)},
                {"height", area.bottom - area.top}, {"data-key", std::to_string(layer.index)}},
            text_element("title", {}, text));
    }
    return marks;
}

/// The samples for programs: cycles at which they begin, watts.
Markup area_path(const Profile& profile, const std::string& path)
{
    std::string starts, watts;
    for (const PowerSample& sample : profile.power) {
        starts += fmt::format("{}{}", starts.empty() ? "" : " ", sample.start_cycle);
        watts += fmt::format(
            "{}{}", watts.empty() ? "" : " ", exact(traces::watts(sample, profile.run)));
    }
    return element("path",
        {{"class", "power"}, {"d", path}, {"data-start-cycles", starts}, {"data-watts", watts}});
}

} // namespace

Markup power_chart(const Profile& profile)
{
    if (profile.power.empty() || profile.run.clock_hz == 0)
        return {};
    PlotArea area;
    Drawing drawing;
    double longest = 0, most = 0;
    for (const PowerSample& sample : profile.power) {
        longest
            = std::max(longest, traces::seconds(sample.start_cycle + sample.cycles, profile.run));
        most = std::max(most, traces::watts(sample, profile.run));
    }
    DisplayUnit time = display_unit(longest, Measure::seconds),
                power = display_unit(most, Measure::watts);
    Scale x_scale = Scale::linear(longest, area.left, area.right, time.factor, 8),
          y_scale = Scale::linear(most, area.bottom, area.top, power.factor);
    drawing.content += vertical_axis(y_scale, area, power.name);
    drawing.content += horizontal_axis(x_scale, area, fmt::format("time ({})", time.name));
    drawing.content += area_path(profile, outline(profile, x_scale, y_scale));
    drawing.content += bands(profile, x_scale, area);
    ChartText text {"power", "Power over time",
        fmt::format("{} samples, each the mean of its stretch: the area is the energy of the run. "
                    "Layers are marked where they run.",
            profile.power.size())};
    return figure(text, drawing, {}, {});
}

} // namespace report::html
