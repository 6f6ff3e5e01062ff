// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/call_tree.h"

namespace record {

CallTree::CallTree(std::size_t most_nodes)
    : most_nodes_(most_nodes)
{
    switch_to(0, 0);
}

void CallTree::switch_to(std::uint32_t context, std::uint64_t now)
{
    if (path_) {
        charge(now);
        path_->left_at = now;
    }
    while (paths_.size() <= context)
        paths_.push_back(new_path(static_cast<std::uint32_t>(paths_.size()), now));
    path_ = &paths_[context];
    path_->away += now - path_->left_at;
}

CallTree::Path CallTree::new_path(std::uint32_t context, std::uint64_t now)
{
    Path path {.frames = {}, .left_at = now};
    path.root = path.place = add(none, no_function, 0);
    nodes_[path.root].context = context;
    return path;
}

CallTree::Row CallTree::known_child(Row place, std::uint32_t function)
{
    auto known = children_.find(std::uint64_t {place} << 32 | function);
    if (known == children_.end())
        return none;
    nodes_[place].latest_child = known->second;
    return known->second;
}

CallTree::Row CallTree::new_child(Row place, std::uint32_t function, std::uint32_t id)
{
    if (nodes_.size() >= most_nodes_ && place != path_->root) {
        ++folded_calls_;
        Row row = known_child(path_->root, function);
        return row == none ? add(path_->root, function, id) : row;
    }
    return add(place, function, id);
}

CallTree::Row CallTree::add(Row parent, std::uint32_t function, std::uint32_t id)
{
    Row row = static_cast<Row>(nodes_.size());
    Node& node = nodes_.emplace_back();
    node.function = function;
    node.function_id = id;
    node.parent = parent;
    node.place = row;
    if (parent == none)
        return row;
    node.context = nodes_[parent].context;
    for (Row above = parent; above != none; above = nodes_[above].parent)
        if (nodes_[above].function == function)
            node.place = above;
    children_[std::uint64_t {parent} << 32 | function] = row;
    nodes_[parent].latest_child = row;
    return row;
}

void CallTree::restart(std::uint64_t now)
{
    charged_until_ = now;
    folded_calls_ = 0;
    path_->left_at = now; // the context at hand has not been away meanwhile
    for (Node& node : nodes_) {
        const Path& path = paths_[node.context];
        bool running = &path == path_;
        node.calls = node.self_cycles = node.total_cycles = 0;
        node.since = (running ? now : path.left_at) - path.away;
    }
}

const std::vector<CallTree::Node>& CallTree::settle(std::uint64_t now)
{
    charge(now);
    for (Node& node : nodes_)
        if (node.active > 0) {
            const Path& path = paths_[node.context];
            std::uint64_t time = (&path == path_ ? now : path.left_at) - path.away;
            node.total_cycles += time - node.since;
            node.since = time;
        }
    return nodes_;
}

} // namespace record
