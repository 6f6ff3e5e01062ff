// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/call_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace record {
namespace {

std::string name_of(std::uint32_t function, const sim::ElfImage& image)
{
    if (function == CallTree::no_function)
        return "(no function)";
    const sim::FunctionSymbol* symbol = image.function_at(function);
    return symbol ? symbol->name : fmt::format("{:#010x}", function);
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

} // namespace

void describe_calls(traces::Profile& profile, const Recording& recording, const sim::Machine&,
    const sim::ElfImage& image)
{
    std::vector<int> rows = rows_of(recording.calls);
    std::vector<int> context_rows;
    for (const ContextCost& context : recording.contexts) {
        context_rows.resize(std::max<std::size_t>(context_rows.size(), context.id + 1), -1);
        context_rows[context.id] = static_cast<int>(profile.contexts.size());
        bool known = context.stack.deepest_place < rows.size();
        profile.contexts.push_back({.kind = "reset",
            .name = "reset",
            .number = 0,
            .activations = context.activations,
            .cycles = context.cycles,
            .stack = context.stack.bytes(),
            .deepest_call = known ? rows[context.stack.deepest_place] : -1,
            .deepest_depth = context.stack.deepest_depth});
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
