// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/call_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace record {
namespace {

std::string name_of(std::uint32_t function, const sim::ElfImage& image)
{
    if (function == CallTree::no_function)
        return "(no function)";
    const sim::FunctionSymbol* symbol = image.function_at(function);
    return symbol ? symbol->name : fmt::format("{:#010x}", function);
}

std::string_view kind_of(const sim::Context& context)
{
    switch (context.kind) {
    case sim::Context::Kind::reset:
        return "reset";
    case sim::Context::Kind::task:
        return "task";
    case sim::Context::Kind::exception:
        return "exception";
    }
    return "";
}

/// Armv7-M ARM, table B1-4; Armv6-M and v8-M number the same ones alike.
struct ExceptionName {
    unsigned number;
    std::string_view name;
};
constexpr std::array exception_names = {ExceptionName {2, "NMI"}, ExceptionName {3, "HardFault"},
    ExceptionName {4, "MemManage"}, ExceptionName {5, "BusFault"}, ExceptionName {6, "UsageFault"},
    ExceptionName {7, "SecureFault"}, ExceptionName {11, "SVCall"},
    ExceptionName {12, "DebugMonitor"}, ExceptionName {14, "PendSV"},
    ExceptionName {15, "SysTick"}};
constexpr unsigned first_interrupt = 16;

/// A task goes by the function that it began with.
std::string name_of(const sim::Context& context, const sim::ElfImage& image)
{
    if (context.kind == sim::Context::Kind::reset)
        return "reset";
    if (context.kind == sim::Context::Kind::task)
        return name_of(context.function, image);
    auto known = std::ranges::find(exception_names, context.number, &ExceptionName::number);
    if (known != exception_names.end())
        return std::string(known->name);
    return context.number >= first_interrupt
        ? fmt::format("interrupt {}", context.number - first_interrupt)
        : fmt::format("exception {}", context.number);
}

bool has_row(const CallTree::Node& node) { return node.calls > 0 || node.self_cycles > 0; }

/// By place in the tree, its row; of a place without one, the row of the nearest caller that has
/// one; -1: none has. What a context does outside of functions is a row that calls nothing.
std::vector<int> rows_of(const std::vector<CallTree::Node>& nodes)
{
    std::vector<int> rows;
    int next = 0;
    for (const CallTree::Node& node : nodes)
        rows.push_back(has_row(node)            ? next++
                : node.parent == CallTree::none ? -1
                                                : rows[node.parent]);
    return rows;
}

/// Calls active where the stack was deepest, without those that have no row.
std::uint64_t depth_in_rows(
    const StackWatch::Deepest& stack, const std::vector<CallTree::Node>& nodes)
{
    std::uint64_t depth = stack.depth;
    for (CallTree::Row at = stack.place; nodes[at].parent != CallTree::none; at = nodes[at].parent)
        if (!has_row(nodes[at]) && depth > 0)
            --depth;
    return depth;
}

} // namespace

void describe_calls(traces::Profile& profile, const Recording& recording, sim::Machine& machine,
    const sim::ElfImage& image)
{
    std::vector<int> rows = rows_of(recording.calls);
    const std::vector<sim::Context>& known_contexts = machine.tracer().calls().contexts();
    std::vector<int> context_rows;
    for (const ContextCost& context : recording.contexts) {
        context_rows.resize(std::max<std::size_t>(context_rows.size(), context.id + 1), -1);
        context_rows[context.id] = static_cast<int>(profile.contexts.size());
        bool known = context.stack.place < rows.size();
        const sim::Context& what = known_contexts.at(context.id);
        profile.contexts.push_back({.kind = std::string(kind_of(what)),
            .name = name_of(what, image),
            .number = static_cast<int>(what.number),
            .activations = context.activations,
            .cycles = context.cycles,
            .stack = what.stack_bytes(),
            .deepest_call = known ? rows[context.stack.place] : -1,
            .deepest_depth = known ? depth_in_rows(context.stack, recording.calls) : 0});
    }
    for (std::size_t i = 0; i < recording.calls.size(); ++i) {
        const CallTree::Node& node = recording.calls[i];
        if (!has_row(node))
            continue;
        bool begins = node.parent == CallTree::none
            || recording.calls[node.parent].function == CallTree::no_function;
        std::uint64_t total
            = node.function == CallTree::no_function ? node.self_cycles : node.total_cycles;
        profile.calls.push_back({.parent = begins ? -1 : rows[node.parent],
            .context = context_rows.at(node.context),
            .function = name_of(node.function, image),
            .address = node.function == CallTree::no_function ? 0 : node.function,
            .recursive = node.place != i,
            .calls = node.calls,
            .self_cycles = node.self_cycles,
            .total_cycles = total});
    }
}

} // namespace record
