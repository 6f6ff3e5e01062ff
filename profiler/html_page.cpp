// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/html_page.h"

#include "base/check.h"
#include "profiler/chip_facts.h"
#include "profiler/published_accuracy.h"
#include "profiler/report/html/comparison_page.h"
#include "profiler/report/html/run_page.h"

#include <vector>

namespace profiler {

std::string html_page(std::span<const traces::Profile> profiles)
{
    CHECK(!profiles.empty());
    if (profiles.size() == 1)
        return report::html::run_page(profiles.front(), chip_facts(profiles.front().run));
    std::vector<report::html::Candidate> candidates;
    for (const traces::Profile& profile : profiles)
        candidates.push_back({profile, chip_facts(profile.run).titles.chip,
            profile.run.kind == "network" ? published_accuracy(profile.run.target) : std::nullopt});
    return report::html::comparison_page(candidates);
}

} // namespace profiler
