// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/export/layer_times.h"

#include <algorithm>

namespace traces {

std::vector<LayerTime> layer_times(const Profile& profile)
{
    std::vector<LayerTime> times;
    for (const Layer& layer : profile.layers) {
        std::uint64_t end = layer.start_cycle + layer.cycles;
        if (layer.index >= 0 && layer.cycles > 0 && end > layer.start_cycle
            && end <= profile.total.cycles)
            times.push_back({&layer, layer.start_cycle, end});
    }
    std::ranges::stable_sort(times, {}, &LayerTime::begin);
    std::vector<LayerTime> apart;
    for (std::size_t i = 0; i < times.size(); ++i)
        if (i + 1 == times.size() || times[i].end <= times[i + 1].begin)
            apart.push_back(times[i]);
    return apart;
}

} // namespace traces
