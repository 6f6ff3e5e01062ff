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

} // namespace plan
