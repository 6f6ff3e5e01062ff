// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/interpolation_table.h"

#include <algorithm>
#include <cmath>

namespace graph {

InterpolationTable::InterpolationTable(float (*function)(float), float from, float to)
{
    constexpr float one = 32768.0F;
    const auto stored = [](float value) {
        return static_cast<std::int16_t>(std::clamp(value, -32768.0F, 32767.0F));
    };
    const float step = (to - from) / 512.0F;
    for (std::size_t i = 0; i < 512; ++i) {
        const float x = from + static_cast<float>(i) * step;
        const float next_x = from + static_cast<float>(i + 1) * step;
        const float sample = std::round(function(x) * one);
        // Half of what the line misses in the middle of the step is taken off the sample.
        const float middle_of_line = std::round((function(next_x) * one + sample) / 2.0F);
        const float middle = std::round(function(x + step / 2.0F) * one);
        samples_[i] = stored(sample - std::round((middle_of_line - middle) / 2.0F));
    }
    samples_[512] = stored(std::round(function(to) * one));
}

std::int16_t InterpolationTable::at(std::int16_t x) const
{
    const auto index = static_cast<std::size_t>(256 + (x >> 7));
    const int offset = x & 0x7f;
    const int slope = static_cast<std::int16_t>(samples_[index + 1] - samples_[index]);
    return static_cast<std::int16_t>(samples_[index] + ((slope * offset + 64) >> 7));
}

std::int64_t logistic_sample(std::uint32_t index)
{
    if (index == 255)
        return 65535;
    const auto at = [](double x) { return 65536.0 / (1.0 + std::exp(-x / 24.0)); };
    const double i = index;
    return std::llround(at(i) + (at(i + 0.5) - (at(i) + at(i + 1)) / 2) / 2);
}

} // namespace graph
