// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/call_tables.h"

#include "base/input_error.h"
#include "base/suggest.h"
#include "profiler/report/cost_text.h"
#include "profiler/report/fitted_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace report {
namespace {

using base::Align;
using traces::Call;
using traces::Profile;

/// "[reset]", "[exception SysTick]".
std::string context_name(const traces::Context& context)
{
    if (context.kind == context.name)
        return fmt::format("[{}]", printable(context.kind));
    return fmt::format("[{} {}]", printable(context.kind), printable(context.name));
}

constexpr std::size_t deepest_indent = 30; // levels; deeper ones stand below each other

class TreeWriter {
public:
    TreeWriter(const Profile& profile, TextStyle style, double least)
        : profile_(profile)
        , paint_(style)
        , least_(least)
        , callees_(profile.calls.size())
    {
        for (std::size_t i = 0; i < profile.calls.size(); ++i)
            (profile.calls[i].parent < 0
                    ? begun_
                    : callees_[static_cast<std::size_t>(profile.calls[i].parent)])
                .push_back(i);
        sort(begun_);
        for (auto& rows : callees_)
            sort(rows);
    }

    std::string text(std::size_t width)
    {
        bool several = profile_.contexts.size() > 1;
        for (std::size_t c = 0; c < profile_.contexts.size(); ++c) {
            if (several)
                add_context(profile_.contexts[c]);
            for (std::size_t row : begun_)
                if (profile_.calls[row].context == static_cast<int>(c))
                    add(row, several ? 1 : 0);
        }
        std::string text = table_.text(width);
        if (left_out_ > 0)
            text += fmt::format("  {} {} below {:g} % of the cycles left out\n", left_out_,
                left_out_ == 1 ? "row" : "rows", 100 * least_);
        return text;
    }

private:
    void sort(std::vector<std::size_t>& rows) const
    {
        std::ranges::stable_sort(rows, std::greater {},
            [&](std::size_t row) { return profile_.calls[row].total_cycles; });
    }

    void add_context(const traces::Context& context)
    {
        double share = share_of_run(context.cycles, profile_);
        table_.add_row({base::scaled(real(context.cycles)), percent(share, 1),
            paint_.bar(base::bar(share, bar_width)), "", base::scaled(real(context.activations)),
            context_name(context)});
    }

    /// A stack of our own: what a file says may be deep.
    void add(std::size_t first, std::size_t first_level)
    {
        struct Pending {
            std::size_t row, level;
        };
        std::vector<Pending> pending = {{first, first_level}};
        while (!pending.empty()) {
            auto [row, level] = pending.back();
            pending.pop_back();
            const Call& call = profile_.calls[row];
            double share = share_of_run(call.total_cycles, profile_);
            if (share < least_) {
                ++left_out_;
                continue;
            }
            std::string name(2 * std::min(level, deepest_indent), ' ');
            name += printable(call.function) + (call.recursive ? " (again)" : "");
            table_.add_row({base::scaled(real(call.total_cycles)), percent(share, 1),
                paint_.bar(base::bar(share, bar_width)),
                call.recursive ? "" : base::scaled(real(call.self_cycles)),
                base::scaled(real(call.calls)), name});
            const std::vector<std::size_t>& callees = callees_[row];
            for (std::size_t i = callees.size(); i-- > 0;)
                pending.push_back({callees[i], level + 1});
        }
    }

    const Profile& profile_;
    Paint paint_;
    double least_;
    std::vector<std::size_t> begun_; // by contexts
    std::vector<std::vector<std::size_t>> callees_;
    FittedTable table_ {{{"total"}, {"share"}, {"", Align::left, 1}, {"self", Align::right, 2},
        {"calls", Align::right, 3}, {"function", Align::left, 0, 24}}};
    std::size_t left_out_ = 0;
};

struct Edge {
    std::string name;
    std::uint64_t calls = 0, cycles = 0;
};

/// A function and the context that begins it are told apart by their address; contexts count from
/// 2^32.
using Edges = std::map<std::uint64_t, Edge>;

void add_edge(Edges& edges, std::uint64_t key, const std::string& name, const Call& callee)
{
    Edge& edge = edges[key];
    edge.name = name;
    edge.calls += callee.calls;
    edge.cycles += callee.total_cycles;
}

std::string edge_table(
    const Profile& profile, const std::string& title, const Edges& edges, TextStyle style)
{
    Paint paint(style);
    std::vector<Edge> rows;
    for (const auto& [key, edge] : edges)
        rows.push_back(edge);
    std::ranges::stable_sort(rows, std::greater {}, &Edge::cycles);
    FittedTable table(
        {{title, Align::left, 0, 24}, {"calls"}, {"cycles"}, {"share"}, {"", Align::left, 1}});
    for (const Edge& edge : rows) {
        double share = share_of_run(edge.cycles, profile);
        table.add_row(
            {printable(edge.name), base::scaled(real(edge.calls)), base::scaled(real(edge.cycles)),
                percent(share, 1), paint.bar(base::bar(share, bar_width))});
    }
    return rows.empty() ? fmt::format("  {}: none\n", title) : table.text(style.width);
}

[[noreturn]] void report_missing(const Profile& profile, std::string_view function)
{
    std::vector<std::string> names;
    for (const traces::Function& row : profile.functions)
        names.push_back(row.name);
    std::string hint = profile.calls.empty() ? "the run has no calls recorded"
                                             : base::suggestion(function, names);
    throw base::InputError(fmt::format("function '{}'", function),
        fmt::format(
            "was not called; {}", hint.empty() ? "mcuprof show --functions lists what was" : hint));
}

} // namespace

std::string call_tree(const Profile& profile, TextStyle style, double least)
{
    return TreeWriter(profile, style, least).text(style.width);
}

std::string call_neighbors(const Profile& profile, std::string_view function, TextStyle style)
{
    Edges callers, callees;
    std::uint64_t calls = 0, cycles = 0;
    bool found = false;
    for (const Call& call : profile.calls) {
        const Call* caller
            = call.parent < 0 ? nullptr : &profile.calls[static_cast<std::size_t>(call.parent)];
        if (call.function == function) {
            const traces::Context& context
                = profile.contexts[static_cast<std::size_t>(call.context)];
            std::uint64_t key = caller
                ? caller->address
                : (std::uint64_t {1} << 32) + static_cast<std::uint64_t>(call.context);
            add_edge(callers, key, caller ? caller->function : context_name(context), call);
            calls += call.calls;
            cycles += call.recursive ? 0 : call.total_cycles;
            found = true;
        }
        if (caller && caller->function == function)
            add_edge(callees, call.address, call.function, call);
    }
    if (!found)
        report_missing(profile, function);
    return flowed("",
               {Paint(style).strong(printable(function)), base::scaled(real(calls)) + " calls",
                   base::scaled(real(cycles)) + " cycles with callees",
                   percent(real(cycles), real(profile.total.cycles)) + " of the run"},
               3, 2, style.width)
        + fmt::format("\n{}\n{}", edge_table(profile, "called by", callers, style),
            edge_table(profile, "calls", callees, style));
}

namespace {

std::string deepest_calls(const Profile& profile, const traces::Context& context, TextStyle style)
{
    std::vector<std::string> names;
    for (int row = context.deepest_call; row >= 0;
         row = profile.calls[static_cast<std::size_t>(row)].parent)
        names.push_back(printable(profile.calls[static_cast<std::size_t>(row)].function));
    std::ranges::reverse(names);
    if (names.empty())
        return "";
    for (std::size_t i = 0; i + 1 < names.size(); ++i)
        names[i] += " >";
    if (context.deepest_depth > names.size()) {
        std::uint64_t recursive = context.deepest_depth - names.size();
        names.push_back(fmt::format("(+ {} recursive calls)", recursive));
    }
    return flowed(fmt::format("  {}: ", printable(context.name)), names, 1, 4, style.width);
}

} // namespace

std::string stack_table(const Profile& profile, TextStyle style, std::size_t most)
{
    FittedTable contexts({{"context", Align::left, 0, 16}, {"kind", Align::left, 2}, {"stack"},
        {"activations", Align::right, 1}, {"cycles"}, {"share"}});
    std::string chains;
    for (const traces::Context& context : profile.contexts) {
        contexts.add_row({printable(context.name), printable(context.kind),
            fmt::format("{}", context.stack), base::scaled(real(context.activations)),
            base::scaled(real(context.cycles)), percent(share_of_run(context.cycles, profile), 1)});
        chains += deepest_calls(profile, context, style);
    }
    std::vector<traces::Function> functions = profile.functions;
    std::erase_if(functions, [](const auto& function) { return function.stack == 0; });
    std::ranges::stable_sort(functions, std::greater {}, &traces::Function::stack);
    FittedTable frames({{"function", Align::left, 0, 24}, {"frame"}, {"with callees"},
        {"calls", Align::right, 2}, {"source", Align::left, 1, 16}});
    for (std::size_t i = 0; i < std::min(most, functions.size()); ++i)
        frames.add_row({printable(functions[i].name), fmt::format("{}", functions[i].own_stack),
            fmt::format("{}", functions[i].stack), base::scaled(real(functions[i].calls)),
            place_text(functions[i].file, functions[i].line)});
    std::string text = contexts.text(style.width);
    if (!chains.empty())
        text += "\n  deepest\n" + chains;
    text += fmt::format("\n{}", frames.text(style.width));
    if (functions.size() > most)
        text += fmt::format("  ... {} more functions\n", functions.size() - most);
    return text + "  bytes, measured\n";
}

} // namespace report
