// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_calibration.h"

#include "base/check.h"
#include "mcu_models/network_random.h"

#include <algorithm>
#include <cmath>

namespace networks {
namespace {

/// A triangle wave of `period`, -128 ... 127.
int wave(int position, int period)
{
    const int phase = position % period;
    const int rising = 2 * std::min(phase, period - phase);
    return rising * 255 / period - 128;
}

template <class Pixel>
graph::TensorBytes image(int resolution, Pixel pixel)
{
    graph::TensorBytes bytes;
    for (int y = 0; y < resolution; ++y)
        for (int x = 0; x < resolution; ++x)
            for (int color = 0; color < 3; ++color)
                bytes.push_back(
                    static_cast<std::uint8_t>(std::clamp(pixel(y, x, color), -128, 127)));
    return bytes;
}

} // namespace

std::vector<graph::TensorBytes> calibration_images(int resolution)
{
    Random noise(1), grain(2);
    const auto shade = [=](int y, int x, int color) {
        return (wave(y + 7 * color, resolution / 2 + 3) + wave(x + 11 * color, resolution / 3 + 5))
            / 2;
    };
    return {
        image(resolution,
            [=](int y, int x, int color) {
                return (((y * resolution + x) * 3 + color) * 37 + 11) % 256 - 128;
            }),
        image(resolution, [&](int, int, int) { return noise.whole(-128, 127); }),
        image(resolution, shade),
        image(resolution,
            [&](int y, int x, int color) {
                return shade(x, y, 2 - color) / 2 + grain.whole(-24, 24) + 20;
            }),
    };
}

ChannelStatistics::ChannelStatistics(std::size_t channels)
    : moments_(channels)
{
}

void ChannelStatistics::add(std::span<const std::int32_t> values)
{
    CHECK(values.size() % moments_.size() == 0);
    for (std::size_t start = 0; start < values.size(); start += moments_.size())
        for (std::size_t channel = 0; channel < moments_.size(); ++channel) {
            const std::int64_t value = values[start + channel];
            Moments& moments = moments_[channel];
            ++moments.count;
            moments.sum += value;
            moments.squares += value * value;
        }
}

std::vector<Spread> ChannelStatistics::spreads() const
{
    std::vector<Spread> result;
    for (const Moments& moments : moments_) {
        CHECK(moments.count > 0);
        const auto count = static_cast<double>(moments.count);
        // count^2 times the variance, exact.
        const Wide scaled
            = moments.count * moments.squares - static_cast<Wide>(moments.sum) * moments.sum;
        result.push_back({static_cast<double>(moments.sum) / count,
            std::sqrt(static_cast<double>(scaled)) / count});
    }
    return result;
}

void Histogram::add(std::span<const std::uint8_t> int8_values)
{
    for (const std::uint8_t value : int8_values)
        ++counts_[static_cast<std::size_t>(static_cast<std::int8_t>(value) + 128)];
    total_ += static_cast<std::int64_t>(int8_values.size());
}

int Histogram::percentile(double share) const
{
    const double wanted = share * static_cast<double>(total_);
    std::int64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        seen += counts_[i];
        if (seen > 0 && static_cast<double>(seen) >= wanted)
            return static_cast<int>(i) - 128;
    }
    return 127;
}

graph::Quantization covering(double lowest, double highest)
{
    lowest = std::min(lowest, 0.0);
    highest = std::max(highest, 0.0);
    const auto scale = static_cast<float>(std::max(highest - lowest, 1e-6) / 255);
    const double zero_point = std::round(-128 - lowest / static_cast<double>(scale));
    return {{scale}, {static_cast<std::int64_t>(std::clamp(zero_point, -128.0, 127.0))}, 0};
}

} // namespace networks
