// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/fit_bar.h"

#include "profiler/report/html/measure.h"

#include <fmt/format.h>

#include <algorithm>

namespace report::html {

Markup fit_bar(const std::string& id, const std::string& name, const std::vector<FitPart>& parts,
    std::uint64_t capacity)
{
    std::uint64_t used = 0;
    for (const FitPart& part : parts)
        used += part.bytes;
    double width = 400, whole = static_cast<double>(std::max({used, capacity, std::uint64_t {1}}));
    auto length = [&](std::uint64_t bytes) { return width * static_cast<double>(bytes) / whole; };

    std::string description;
    Markup marks;
    double x = 0;
    for (const FitPart& part : parts) {
        if (part.bytes == 0)
            continue;
        std::string text = fmt::format(
            "{} {}", part.name, text_of(static_cast<double>(part.bytes), Measure::bytes));
        description += (description.empty() ? "" : ", ") + text;
        marks += element("rect",
            {{"class", fmt::format("mark s{}", part.color)}, {"x", x}, {"y", 1.},
                {"width", length(part.bytes)}, {"height", 18.}, {"data-series", part.name},
                {"data-value", std::to_string(part.bytes)}},
            text_element("title", {}, text));
        x += length(part.bytes);
    }
    Markup svg = text_element("title", {}, name + ": " + description);
    svg += element("rect",
        {{"class", used > capacity && capacity > 0 ? "frame-bad" : "frame-good"}, {"x", 0.5},
            {"y", 0.5}, {"width", std::max(length(capacity) - 1, 1.0)}, {"height", 19.}});
    svg += marks;
    return element("svg",
        {{"class", "fit"}, {"id", id}, {"viewBox", "0 0 400 20"}, {"preserveAspectRatio", "none"},
            {"role", "img"}, {"aria-label", name + ": " + description}},
        svg);
}

} // namespace report::html
