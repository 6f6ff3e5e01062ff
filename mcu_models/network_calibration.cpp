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

struct Shape {
    int height = 1, width = 1, channels = 1;
};

template <class Pixel>
graph::TensorBytes image(const Shape& shape, Pixel pixel)
{
    graph::TensorBytes bytes;
    for (int y = 0; y < shape.height; ++y)
        for (int x = 0; x < shape.width; ++x)
            for (int color = 0; color < shape.channels; ++color)
                bytes.push_back(
                    static_cast<std::uint8_t>(std::clamp(pixel(y, x, color), -128, 127)));
    return bytes;
}

} // namespace

std::vector<graph::TensorBytes> calibration_images(const std::vector<int>& shape)
{
    CHECK(shape.size() == 1 || shape.size() == 3);
    const bool features = shape.size() == 1;
    const Shape size = features ? Shape {1, shape[0], 1} : Shape {shape[0], shape[1], shape[2]};
    Random noise(1), grain(2);
    const auto shade = [=](int y, int x, int color) {
        return (wave(y + 7 * color, size.width / 2 + 3) + wave(x + 11 * color, size.width / 3 + 5))
            / 2;
    };
    std::vector<graph::TensorBytes> images = {
        image(size,
            [=](int y, int x, int color) {
                return (((y * size.width + x) * size.channels + color) * 37 + 11) % 256 - 128;
            }),
        image(size, [&](int, int, int) { return noise.whole(-128, 127); }),
        image(size, shade),
        image(size,
            [&](int y, int x, int color) {
                return shade(x, y, 2 - color) / 2 + grain.whole(-24, 24) + 20;
            }),
    };
    for (int i = 0; features && i < 28; ++i)
        images.push_back(image(size, [&](int, int, int) { return noise.whole(-128, 127); }));
    return images;
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
