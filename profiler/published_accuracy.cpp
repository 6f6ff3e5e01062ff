// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/published_accuracy.h"

#include "mcu_models/network_builder.h"

#include <algorithm>

namespace profiler {
std::optional<report::html::PublishedAccuracy> published_accuracy(std::string_view target)
{
    std::string_view name = target.substr(0, target.find(':'));
    std::vector<networks::NetworkInfo> infos = networks::network_infos();
    auto info = std::ranges::find(infos, name, &networks::NetworkInfo::name);
    if (info == infos.end())
        return {};
    std::optional<double> percent = info->top1_int8 ? info->top1_int8 : info->top1;
    if (!percent)
        return {};
    return report::html::PublishedAccuracy {
        *percent, info->measure, info->published_source};
}

} // namespace profiler
