// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/interpreter.h"
#include "mcu_models/graph/model_graph.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

/// Private to the library `networks`: what is measured to choose scales. Sums are integers, so that
/// they do not depend on order or machine.
namespace networks {

/// Inputs of this shape (rows, columns, channels; or features) as int8: a texture, noise, smooth
/// shades, and shades with noise; of features, which are few, more noise.
std::vector<graph::TensorBytes> calibration_images(const std::vector<int>& shape);

/// Mean and standard deviation of the values of one channel.
struct Spread {
    double mean = 0, deviation = 0;
};

/// Collects sums by channel.
class ChannelStatistics {
public:
    explicit ChannelStatistics(std::size_t channels);

    /// Values with the channel changing fastest.
    void add(std::span<const std::int32_t> values);
    std::vector<Spread> spreads() const;

private:
    __extension__ using Wide = __int128; // of squares of 32-bit sums
    struct Moments {
        std::int64_t count = 0, sum = 0;
        Wide squares = 0;
    };
    std::vector<Moments> moments_;
};

/// How often each int8 value occurs.
class Histogram {
public:
    void add(std::span<const std::uint8_t> int8_values);
    /// The least value with at least `share` of all values at or below it.
    int percentile(double share) const;

private:
    std::array<std::int64_t, 256> counts_ {};
    std::int64_t total_ = 0;
};

/// int8 quantization that covers the reals from `lowest` to `highest` and zero.
graph::Quantization covering(double lowest, double highest);

} // namespace networks
