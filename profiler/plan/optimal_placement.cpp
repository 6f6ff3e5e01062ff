// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/optimal_placement.h"

#include "profiler/plan/arena_item.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace plan {
namespace {

class Search {
public:
    Search(std::vector<ArenaItem> items, std::uint64_t best, std::uint64_t bound, std::uint64_t node_limit)
        : items_(std::move(items))
        , best_(best)
        , bound_(bound)
        , node_limit_(node_limit)
        , placed_(items_.size())
    {
        std::size_t steps = 0;
        for (const ArenaItem& item : items_)
            steps = std::max(steps, static_cast<std::size_t>(item.last) + 1);
        top_.resize(steps);
        to_come_.resize(steps);
        for (const ArenaItem& item : items_)
            for (int step = item.first; step <= item.last; ++step)
                to_come_[static_cast<std::size_t>(step)] += item.at(step);
    }

    void run() { descend(0, 0, 0); }

    std::uint64_t best() const { return best_; }
    std::uint64_t nodes() const { return nodes_; }
    bool complete() const { return !stopped_ || best_ <= bound_; }
    /// Empty if nothing better than the first arena was found.
    const std::vector<ArenaItem>& found() const { return found_; }

private:
    struct Candidate {
        std::uint64_t offset;
        std::size_t item;
    };

    /// `floor`: the offset of the item put down last; offsets only grow on the way down the tree,
    /// and where they are equal the items' numbers do.
    void descend(std::size_t depth, std::uint64_t floor, std::size_t after)
    {
        if (depth == items_.size()) {
            best_ = top_of(items_);
            found_ = items_;
            return;
        }
        for (const Candidate& candidate : candidates(floor, after)) {
            if (best_ <= bound_ || stopped_)
                return;
            if (++nodes_ > node_limit_) {
                stopped_ = true;
                return;
            }
            put_down(candidate, depth);
        }
    }

    std::vector<Candidate> candidates(std::uint64_t floor, std::size_t after) const
    {
        std::vector<Candidate> result;
        std::uint64_t lowest_top = std::numeric_limits<std::uint64_t>::max();
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (placed_[i])
                continue;
            const std::uint64_t offset = support_of(items_[i]);
            lowest_top = std::min(lowest_top, offset + items_[i].bytes);
            if (offset > floor || (offset == floor && i >= after))
                result.push_back({offset, i});
        }
        // Over such a gap the item that fits into it would have to come first.
        std::erase_if(result, [&](const Candidate& candidate) { return candidate.offset >= lowest_top; });
        std::ranges::stable_sort(result, {}, [&](const Candidate& candidate) {
            const ArenaItem& item = items_[candidate.item];
            return std::tuple(candidate.offset, ~item.bytes, ~static_cast<std::uint64_t>(item.last - item.first));
        });
        return result;
    }

    std::uint64_t support_of(const ArenaItem& item) const
    {
        return *std::max_element(top_.begin() + item.first, top_.begin() + item.last + 1);
    }

    void put_down(const Candidate& candidate, std::size_t depth)
    {
        ArenaItem& item = items_[candidate.item];
        item.offset = candidate.offset;
        placed_[candidate.item] = true;
        const std::vector<std::uint64_t> tops_before(top_.begin() + item.first, top_.begin() + item.last + 1);
        for (int step = item.first; step <= item.last; ++step) {
            top_[static_cast<std::size_t>(step)] = item.offset + item.at(step);
            to_come_[static_cast<std::size_t>(step)] -= item.at(step);
        }
        if (least_height(candidate.offset) < best_)
            descend(depth + 1, candidate.offset, candidate.item + 1);
        for (int step = item.first; step <= item.last; ++step)
            to_come_[static_cast<std::size_t>(step)] += item.at(step);
        std::ranges::copy(tops_before, top_.begin() + item.first);
        placed_[candidate.item] = false;
    }

    /// What is to come at a step lies above what is there, and not below the floor.
    std::uint64_t least_height(std::uint64_t floor) const
    {
        std::uint64_t height = 0;
        for (std::size_t step = 0; step < top_.size(); ++step) {
            const std::uint64_t begin = to_come_[step] > 0 ? std::max(top_[step], floor) : top_[step];
            height = std::max(height, begin + to_come_[step]);
        }
        return height;
    }

    std::vector<ArenaItem> items_, found_;
    std::uint64_t best_, bound_, node_limit_, nodes_ = 0;
    bool stopped_ = false;
    std::vector<bool> placed_;
    std::vector<std::uint64_t> top_, to_come_; // by step
};

} // namespace

double PlacementSearch::gap() const
{
    if (proven || bound == 0)
        return 0;
    return static_cast<double>(bytes - bound) / static_cast<double>(bound);
}

std::string text_of(const PlacementSearch& search)
{
    std::string text = fmt::format("lower bound {} bytes, ", search.bound);
    if (search.bytes <= search.bound)
        return text + "reached";
    if (search.proven)
        return text + fmt::format("proven smallest after {} nodes", search.nodes);
    text += fmt::format("gap {:.1f} %", 100 * search.gap());
    return search.nodes > 0 ? text + fmt::format(" after {} nodes", search.nodes) : text;
}

PlacementSearch place_optimally(std::vector<ArenaBuffer>& buffers, std::uint64_t node_limit)
{
    PlacementSearch result {.bytes = place_buffers(buffers), .bound = lower_bound(buffers).bytes};
    Search search(items_of(buffers), result.bytes, result.bound, node_limit);
    if (result.bytes > result.bound && node_limit > 0)
        search.run();
    if (!search.found().empty())
        apply_offsets(search.found(), buffers);
    result.bytes = search.best();
    result.nodes = search.nodes();
    result.proven = search.complete() && (node_limit > 0 || result.bytes <= result.bound);
    return result;
}

} // namespace plan
