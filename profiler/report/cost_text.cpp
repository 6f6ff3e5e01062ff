// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/cost_text.h"

#include "profiler/report/text_style.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace report {

std::string place_text(const std::string& file, int line)
{
    if (file.empty())
        return "";
    std::string name = printable(file.substr(file.rfind('/') + 1));
    return line > 0 ? fmt::format("{}:{}", name, line) : name;
}

std::string waits_text(const traces::Costs& all, std::uint64_t cycles)
{
    traces::Costs costs = all;
    std::erase_if(costs, [&](const auto& cost) {
        return cost.name == "issue" || cost.value * 100 < cycles || cost.value == 0;
    });
    std::ranges::stable_sort(costs, std::greater {}, &traces::Cost::value);
    std::vector<std::string> parts;
    for (const traces::Cost& cost : costs)
        parts.push_back(
            fmt::format("{} {:.0f} %", spaced(cost.name), 100 * real(cost.value) / real(cycles)));
    return fmt::format("{}", fmt::join(parts, ", "));
}

void add_costs(traces::Costs& sum, const traces::Costs& part)
{
    for (const traces::Cost& cost : part) {
        auto same = std::ranges::find(sum, cost.name, &traces::Cost::name);
        if (same == sum.end())
            sum.push_back(cost);
        else
            same->value += cost.value;
    }
}

double share_of_run(std::uint64_t cycles, const traces::Profile& profile)
{
    return profile.total.cycles == 0 ? 0 : real(cycles) / real(profile.total.cycles);
}

} // namespace report
