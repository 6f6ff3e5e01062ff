// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/planner.h"

#include "base/check.h"
#include "base/input_error.h"

#include <fmt/format.h>

#include <algorithm>

namespace plan {

std::string_view name_of(Planner planner)
{
    auto info = std::ranges::find(planner_infos, planner, &PlannerInfo::planner);
    CHECK(info != planner_infos.end());
    return info->name;
}

Planner planner_named(std::string_view name)
{
    std::string known;
    for (const PlannerInfo& info : planner_infos) {
        if (info.name == name)
            return info.planner;
        known += fmt::format("{}{}", known.empty() ? "" : ", ", info.name);
    }
    throw base::InputError("--planner", fmt::format("expected one of {}, found '{}'", known, name));
}

PlannerOptions planner_options(std::string_view text)
{
    PlannerOptions options {.given = true};
    std::size_t space = text.find(' ');
    options.planner = planner_named(text.substr(0, space));
    if (space != text.npos) {
        if (options.planner != Planner::patch)
            throw base::InputError("--planner", fmt::format("only patch has a grid, found '{}'", text));
        options.patch = parse_patch_grid(text.substr(space + 1));
    }
    return options;
}

} // namespace plan
