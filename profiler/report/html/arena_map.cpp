// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/arena_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace report::html {
namespace {

using traces::ArenaTensor;

/// Layers of the network: 0 to the largest index.
int layer_count(const traces::Profile& profile)
{
    int count = 0;
    for (const traces::Layer& layer : profile.layers)
        count = std::max(count, layer.index + 1);
    return count;
}

} // namespace

Markup arena_map(const traces::Profile& profile)
{
    int layers = layer_count(profile);
    if (profile.arena.empty() || layers == 0)
        return {};
    PlotArea area;
    area.bottom = 316;
    Drawing drawing;
    drawing.height = 360;
    double largest = static_cast<double>(profile.memory.sram_arena);
    for (const ArenaTensor& tensor : profile.arena)
        largest = std::max(
            largest, static_cast<double>(tensor.offset) + static_cast<double>(tensor.bytes));
    DisplayUnit unit = display_unit(largest, Measure::bytes);
    Scale scale = Scale::linear(largest, area.bottom, area.top, unit.factor);
    drawing.content += vertical_axis(scale, area, "offset, " + unit.name);

    double step = (area.right - area.left) / layers;
    auto every = static_cast<int>(std::max(1.0, std::ceil(30 / step)));
    Markup labels;
    for (int i = 0; i < layers; i += every)
        labels += text_element("text",
            {{"x", area.left + (i + 0.5) * step}, {"y", area.bottom + 16},
                {"text-anchor", "middle"}},
            std::to_string(i));
    labels += text_element("text",
        {{"class", "axis-title"}, {"x", (area.left + area.right) / 2}, {"y", area.bottom + 34},
            {"text-anchor", "middle"}},
        "layer");
    drawing.content += element("g", {{"class", "axis"}, {"aria-hidden", "true"}}, labels);

    DataTable table {{"tensor", "kind", "offset", "bytes", "layers"}, {}};
    constexpr std::size_t most_tensors = 2000;
    for (const ArenaTensor& tensor :
        std::span(profile.arena).first(std::min(profile.arena.size(), most_tensors))) {
        int first = std::clamp(tensor.first, 0, layers - 1),
            last = std::clamp(tensor.last, first, layers - 1);
        double begin = static_cast<double>(tensor.offset),
               end = begin + static_cast<double>(tensor.bytes);
        double x = area.left + first * step, width = (last - first + 1) * step, y = scale(end),
               height = scale(begin) - y;
        Markup content = text_element("title", {},
            fmt::format("{} ({}): {} at offset {}, layers {} to {}", tensor.name, tensor.kind,
                text_of(end - begin, Measure::bytes), tensor.offset, tensor.first, tensor.last));
        content += element("rect", {{"x", x}, {"y", y}, {"width", width}, {"height", height}});
        constexpr double least_room = 55; // of a name, or nothing of it is left
        if (height > 14)
            if (std::string name = fitted(tensor.name, width - 6);
                !name.empty() && (name == tensor.name || width > least_room))
                content += text_element(
                    "text", {{"x", x + 3}, {"y", y + std::min(height - 4, 13.0)}}, name);
        drawing.content += element("g",
            {{"class", tensor.kind == "scratch" ? "mark tensor s1" : "mark tensor s2"},
                {"data-name", tensor.name}, {"data-offset", std::to_string(tensor.offset)},
                {"data-bytes", std::to_string(tensor.bytes)},
                {"data-first", std::to_string(tensor.first)},
                {"data-last", std::to_string(tensor.last)}},
            content);
        table.rows.push_back({tensor.name, tensor.kind, std::to_string(tensor.offset),
            std::to_string(tensor.bytes), fmt::format("{} to {}", tensor.first, tensor.last)});
    }
    double peak = scale(static_cast<double>(profile.memory.sram_arena));
    drawing.content += element("line",
        {{"class", "limit"}, {"x1", area.left}, {"x2", area.right}, {"y1", peak}, {"y2", peak}});
    drawing.content += text_element("text",
        {{"class", "limit-name"}, {"x", area.right - 4}, {"y", peak < 24 ? peak + 14 : peak - 5},
            {"text-anchor", "end"}},
        "arena " + text_of(static_cast<double>(profile.memory.sram_arena), Measure::bytes));
    ChartText text {"arena", "Arena: which tensor lies where, KiB",
        "A box is a tensor: as tall as it is large, as wide as the layers that need it. Free room "
        "between boxes is what the planner could not fill."};
    if (profile.arena.size() > most_tensors)
        text.description += fmt::format(" The first {} of {}.", most_tensors, profile.arena.size());
    return figure(text, drawing, {{"activation", "s2"}, {"scratch", "s1"}}, table);
}

} // namespace report::html
