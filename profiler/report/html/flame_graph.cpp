// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/flame_graph.h"

#include <fmt/format.h>

#include <algorithm>

namespace report::html {
namespace {

using traces::Call;
using traces::Profile;

constexpr double left = 0, right = 960, row_height = 19;
constexpr std::size_t deepest = 60;
constexpr double least_share = 0.001;

struct Frame {
    std::size_t call = 0, depth = 0;
    std::uint64_t begin = 0; // cycles from the left
};

/// One of four shades, the same for the same function wherever it stands.
int shade_of(const std::string& function)
{
    unsigned sum = 0;
    for (char c : function)
        sum = 31 * sum + static_cast<unsigned char>(c);
    return static_cast<int>(sum % 4);
}

} // namespace

Markup flame_graph(const Profile& profile)
{
    const std::vector<Call>& calls = profile.calls;
    std::vector<std::vector<std::size_t>> callees(calls.size());
    std::vector<std::size_t> roots;
    for (std::size_t i = 0; i < calls.size(); ++i)
        (calls[i].parent < 0 ? roots : callees[static_cast<std::size_t>(calls[i].parent)])
            .push_back(i);
    std::uint64_t whole = 0;
    for (std::size_t root : roots)
        whole += calls[root].total_cycles;
    if (whole == 0)
        return {};

    // Callees from left to right as they were first called; what the function did itself is the
    // rest at its right.
    std::vector<Frame> frames, open;
    std::uint64_t begin = 0, left_out = 0;
    std::size_t rows = 1;
    auto is_narrow = [&](const Call& call) {
        return static_cast<double>(call.total_cycles) < least_share * static_cast<double>(whole);
    };
    auto add_all = [&](const std::vector<std::size_t>& of, std::size_t depth, std::uint64_t from) {
        std::vector<Frame> found;
        for (std::size_t call : of) {
            if (calls[call].total_cycles == 0)
                continue; // a recursive call: its cycles are where the function stands already
            if (is_narrow(calls[call]) || depth >= deepest) {
                ++left_out;
                continue;
            }
            found.push_back({call, depth, from});
            from += calls[call].total_cycles;
        }
        open.insert(open.end(), found.rbegin(), found.rend());
    };
    add_all(roots, 0, begin);
    while (!open.empty()) {
        Frame frame = open.back();
        open.pop_back();
        frames.push_back(frame);
        rows = std::max(rows, frame.depth + 1);
        add_all(callees[frame.call], frame.depth + 1, frame.begin);
    }

    Drawing drawing;
    drawing.height = static_cast<double>(rows) * row_height + 2;
    DataTable table {{"function", "calls", "cycles with callees", "own cycles"}, {}};
    for (const Frame& frame : frames) {
        const Call& call = calls[frame.call];
        double scale = (right - left) / static_cast<double>(whole);
        double x = left + static_cast<double>(frame.begin) * scale,
               width = static_cast<double>(call.total_cycles) * scale,
               y = static_cast<double>(frame.depth) * row_height;
        double share = 100 * static_cast<double>(call.total_cycles) / static_cast<double>(whole);
        Markup content = text_element("title", {},
            fmt::format("{}: {} ({:.1f} %), itself {}, {} {}", call.function,
                text_of(static_cast<double>(call.total_cycles), Measure::cycles), share,
                text_of(static_cast<double>(call.self_cycles), Measure::cycles), call.calls,
                call.calls == 1 ? "call" : "calls"));
        content
            += element("rect", {{"x", x}, {"y", y}, {"width", width}, {"height", row_height - 1}});
        content += text_element(
            "text", {{"x", x + 4}, {"y", y + 13}}, fitted(call.function, width - 6));
        drawing.content += element("g",
            {{"class", fmt::format("mark frame f{}", shade_of(call.function))},
                {"data-begin", exact(static_cast<double>(frame.begin))},
                {"data-total", exact(static_cast<double>(call.total_cycles))},
                {"data-self", exact(static_cast<double>(call.self_cycles))},
                {"data-depth", exact(static_cast<double>(frame.depth))},
                {"data-call", exact(static_cast<double>(frame.call))},
                {"data-name", call.function}},
            content);
        table.rows.push_back(
            {std::string(2 * frame.depth, ' ') + call.function, std::to_string(call.calls),
                std::to_string(call.total_cycles), std::to_string(call.self_cycles)});
    }

    ChartText text {"flame", "Calls: cycles with all that was called",
        "A frame is as wide as its cycles; what a function calls stands below it. Select a frame "
        "(click, or arrow keys and Enter) to zoom into it, Escape to zoom out."};
    if (left_out > 0)
        text.description += fmt::format(" {} of less than a thousandth of the cycles {} not shown.",
            left_out == 1 ? "One call path" : fmt::format("{} call paths", left_out),
            left_out == 1 ? "is" : "are");
    return figure(text, drawing, {}, table);
}

} // namespace report::html
