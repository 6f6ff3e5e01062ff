// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace record {

/// Which function called which over which path, how often, and the cycles spent there: told calls,
/// returns, and changes between contexts (flows of control with a call stack of their own), each
/// with the time in cycles.
///
/// A function stands on a path once. A call of a function that is active already is a node of its
/// own, but nothing is charged to that: its self cycles and its calls go on where the function
/// stands. So recursion cannot make the tree deep, and a function's cycles with its callees count
/// once. A context's time stands still while others run.
///
/// Left out: what code with no end of different paths does. Beyond `most_nodes` a new path begins
/// at its context, not at its caller, and is counted (`folded_calls`).
class CallTree {
public:
    using Row = std::uint32_t;
    static constexpr Row none = ~Row {0};
    static constexpr std::uint32_t no_function
        = ~std::uint32_t {0}; // odd: no function begins there

    struct Node {
        std::uint32_t function
            = no_function; // its first address; none: what a context does outside of functions
        std::uint32_t function_id = 0; // as the owner of the tree numbers them
        Row parent = none;
        Row place = none; // where cycles and callees go: this row, or where the function is active
                          // already
        std::uint32_t context = 0;
        std::uint64_t calls = 0, self_cycles = 0, total_cycles = 0;

    private:
        friend CallTree;
        Row latest_child = none;
        std::uint32_t active = 0;
        std::uint64_t since = 0;
    };

    explicit CallTree(std::size_t most_nodes = 65'536);

    /// `number` gives a function that is new to the tree its id.
    template <class Number>
    const Node& enter(std::uint32_t function, std::uint64_t now, Number&& number)
    {
        charge(now);
        Row row = nodes_[path_->place].latest_child;
        if (row == none || nodes_[row].function != function)
            row = child(function, number);
        Node& node = nodes_[row];
        ++node.calls;
        if (node.active++ == 0)
            node.since = now - path_->away;
        path_->frames.push_back({row, path_->place});
        path_->place = node.place;
        return node;
    }
    /// The function entered last in this context is done: its node.
    const Node& leave(std::uint64_t now)
    {
        charge(now);
        Frame frame = path_->frames.back();
        path_->frames.pop_back();
        path_->place = frame.caller;
        Node& node = nodes_[frame.row];
        if (--node.active == 0)
            node.total_cycles += now - path_->away - node.since;
        return node;
    }
    void switch_to(std::uint32_t context, std::uint64_t now);

    /// Functions that are active in the context at hand, recursive calls each.
    std::size_t depth() const { return path_->frames.size(); }
    /// Where cycles go now.
    Row place() const { return path_->place; }

    /// Counts from zero again; what is active stays so.
    void restart(std::uint64_t now);
    /// Settles the books: cycles until now are charged, what is active counts as if it were left.
    const std::vector<Node>& settle(std::uint64_t now);
    std::uint64_t folded_calls() const { return folded_calls_; }

private:
    struct Frame {
        Row row = none;    // as called
        Row caller = none; // the place that goes on after it
    };
    struct Path { // of one context
        std::vector<Frame> frames;
        Row place = none, root = none;
        std::uint64_t away = 0; // cycles that others ran since the tree began
        std::uint64_t left_at = 0;
    };

    void charge(std::uint64_t now)
    {
        nodes_[path_->place].self_cycles += now - charged_until_;
        charged_until_ = now;
    }
    template <class Number>
    Row child(std::uint32_t function, Number&& number)
    {
        Row row = known_child(path_->place, function);
        if (row == none)
            row = new_child(path_->place, function, number(function));
        return row;
    }
    Row known_child(Row place, std::uint32_t function);
    Row new_child(Row place, std::uint32_t function, std::uint32_t id);
    Row add(Row parent, std::uint32_t function, std::uint32_t id);
    Path new_path(std::uint32_t context, std::uint64_t now);

    std::size_t most_nodes_;
    std::vector<Node> nodes_;
    std::unordered_map<std::uint64_t, Row> children_; // by place and function; never walked through
    std::vector<Path> paths_;                         // by context
    Path* path_ = nullptr;
    std::uint64_t charged_until_ = 0, folded_calls_ = 0;
};

} // namespace record
