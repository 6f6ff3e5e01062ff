// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/pareto.h"

#include <algorithm>

namespace report::html {
namespace {

bool beats(const Bargain& a, const Bargain& b)
{
    return a.cost <= b.cost && a.worth >= b.worth && (a.cost < b.cost || a.worth > b.worth);
}

} // namespace

std::vector<std::size_t> front_of(std::span<const Bargain> bargains)
{
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < bargains.size(); ++i)
        if (std::ranges::none_of(
                bargains, [&](const Bargain& other) { return beats(other, bargains[i]); }))
            front.push_back(i);
    std::ranges::stable_sort(front, std::less {}, [&](std::size_t i) { return bargains[i].cost; });
    return front;
}

} // namespace report::html
