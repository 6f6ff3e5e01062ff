// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/flame_difference.h"

#include "base/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace comparison {
namespace {

using namespace report::html;
using traces::Profile;

constexpr double width = 960, row_height = 19, least_share = 0.001;
constexpr std::size_t deepest = 60, top = static_cast<std::size_t>(-1);

/// A path of functions, in either run.
struct Node {
    std::string function;
    std::uint64_t before = 0, after = 0; // cycles with all that was called
    std::vector<std::size_t> callees;    // in the order in which they were met
    std::uint64_t both() const { return before + after; }
};

class Tree {
public:
    explicit Tree(const RunDiff& diff)
    {
        std::map<std::string, std::string> renamed; // a layer's function, as it is called after
        for (const auto& pair : diff.layers)
            if (pair.is_pair() && pair.before->name != pair.after->name)
                renamed.emplace(pair.before->name, pair.after->name);
        add(*diff.after, &Node::after, {});
        add(*diff.before, &Node::before, renamed);
    }

    const std::vector<Node>& nodes() const { return nodes_; }
    const std::vector<std::size_t>& roots() const { return roots_; }

private:
    void add(const Profile& profile, std::uint64_t Node::*cycles,
        const std::map<std::string, std::string>& renamed)
    {
        std::vector<std::size_t> places;
        for (const traces::Call& call : profile.calls) {
            auto other = renamed.find(call.function);
            std::size_t parent
                = call.parent < 0 ? top : places[static_cast<std::size_t>(call.parent)];
            std::size_t place
                = node(parent, other == renamed.end() ? call.function : other->second);
            nodes_[place].*cycles += call.total_cycles;
            places.push_back(place);
        }
    }

    std::size_t node(std::size_t parent, const std::string& function)
    {
        auto [place, is_new] = places_.try_emplace({parent, function}, nodes_.size());
        if (is_new) {
            nodes_.push_back({function, 0, 0, {}});
            (parent == top ? roots_ : nodes_[parent].callees).push_back(place->second);
        }
        return place->second;
    }

    std::vector<Node> nodes_;
    std::vector<std::size_t> roots_;
    std::map<std::pair<std::size_t, std::string>, std::size_t> places_;
};

/// Gray if nothing changed, red or blue the more it did.
std::string color_of(const Node& node)
{
    constexpr int gray = 190;
    double change = (static_cast<double>(node.after) - static_cast<double>(node.before))
        / static_cast<double>(std::max(node.before, node.after));
    double strength = std::min(1.0, std::abs(change) * 2); // half as fast is as red as it gets
    auto towards = [&](int target) { return static_cast<int>(gray + (target - gray) * strength); };
    return change > 0 ? fmt::format("fill:rgb({},{},{})", towards(224), towards(92), towards(78))
                      : fmt::format("fill:rgb({},{},{})", towards(92), towards(148), towards(224));
}

std::string text_of(const Node& node)
{
    auto cycles = [](std::uint64_t count) { return base::scaled(static_cast<double>(count)); };
    std::string text = fmt::format(
        "{}: before {}, after {} cycles", node.function, cycles(node.before), cycles(node.after));
    if (node.before == 0)
        return text + " (new)";
    if (node.after == 0)
        return text + " (gone)";
    return text
        + fmt::format(" ({:+.1f} %)",
            100 * (static_cast<double>(node.after) / static_cast<double>(node.before) - 1));
}

} // namespace

Markup flame_difference(const RunDiff& diff)
{
    if (diff.before->calls.empty() || diff.after->calls.empty())
        return {};
    Tree tree(diff);
    std::uint64_t whole = 0;
    for (std::size_t root : tree.roots())
        whole += tree.nodes()[root].both();
    if (whole == 0)
        return {};

    struct Frame {
        std::size_t node, depth;
        std::uint64_t begin;
    };
    std::vector<Frame> open;
    std::size_t rows = 1, left_out = 0;
    auto add_all = [&](const std::vector<std::size_t>& of, std::size_t depth, std::uint64_t begin) {
        std::vector<Frame> found;
        for (std::size_t place : of) {
            std::uint64_t cycles = tree.nodes()[place].both();
            if (cycles == 0)
                continue; // a recursive call: its cycles are where the function stands already
            bool narrow = static_cast<double>(cycles) < least_share * static_cast<double>(whole);
            if (narrow || depth >= deepest) {
                ++left_out;
                continue;
            }
            found.push_back({place, depth, begin});
            begin += cycles;
        }
        open.insert(open.end(), found.rbegin(), found.rend());
    };

    Drawing drawing;
    DataTable table {{"function", "cycles before", "cycles after"}, {}};
    double scale = width / static_cast<double>(whole);
    add_all(tree.roots(), 0, 0);
    while (!open.empty()) {
        Frame frame = open.back();
        open.pop_back();
        const Node& node = tree.nodes()[frame.node];
        rows = std::max(rows, frame.depth + 1);
        double x = static_cast<double>(frame.begin) * scale,
               size = static_cast<double>(node.both()) * scale,
               y = static_cast<double>(frame.depth) * row_height;
        Markup content = text_element("title", {}, text_of(node));
        content += element("rect",
            {{"x", x}, {"y", y}, {"width", size}, {"height", row_height - 1},
                {"style", color_of(node)}});
        content += text_element("text", {{"x", x + 4}, {"y", y + 13}, {"style", "fill:#111"}},
            fitted(node.function, size - 6));
        drawing.content += element("g",
            {{"class", "mark frame"}, {"data-begin", exact(static_cast<double>(frame.begin))},
                {"data-total", exact(static_cast<double>(node.both()))},
                {"data-before", exact(static_cast<double>(node.before))},
                {"data-after", exact(static_cast<double>(node.after))},
                {"data-depth", exact(static_cast<double>(frame.depth))},
                {"data-name", node.function}},
            content);
        table.rows.push_back({std::string(2 * frame.depth, ' ') + node.function,
            std::to_string(node.before), std::to_string(node.after)});
        add_all(node.callees, frame.depth + 1, frame.begin);
    }
    drawing.height = static_cast<double>(rows) * row_height + 2;

    ChartText text {"flame", "Calls: cycles of both runs together",
        "A frame is as wide as what both runs spent in a function and all it calls; red got "
        "slower, "
        "blue got faster, gray is as it was. Select a frame (click, or arrow keys and Enter) to "
        "zoom "
        "into it, Escape to zoom out."};
    if (left_out > 0)
        text.description += fmt::format(" {} left out: less than a thousandth of the cycles each.",
            left_out == 1 ? "One call path is" : fmt::format("{} call paths are", left_out));
    return figure(text, drawing, {}, table);
}

} // namespace comparison
