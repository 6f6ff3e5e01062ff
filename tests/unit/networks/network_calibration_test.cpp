// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_calibration.h"
#include "mcu_models/network_random.h"

#include <gtest/gtest.h>

namespace {

using namespace networks;

TEST(Random, IsSplitmix64)
{
    // The generator's published first numbers for seed 0.
    Random random(0);
    EXPECT_EQ(random.next(), 0xe220a8397b1dcdafU);
    EXPECT_EQ(random.next(), 0x6e789e6aa1b965f4U);
}

TEST(Random, ReachesBothEnds)
{
    Random random(7);
    int least = 9, largest = -9;
    for (int i = 0; i < 1000; ++i) {
        const int value = random.whole(-3, 3);
        least = std::min(least, value);
        largest = std::max(largest, value);
    }
    EXPECT_EQ(least, -3);
    EXPECT_EQ(largest, 3);
}

TEST(ChannelStatistics, MeanAndDeviationOfEachChannel)
{
    ChannelStatistics statistics(2);
    const std::vector<std::int32_t> first = {1, 100, 3, 100}, second = {5, 100, 7, 100};
    statistics.add(first);
    statistics.add(second);
    const std::vector<Spread> spreads = statistics.spreads();
    EXPECT_EQ(spreads[0].mean, 4);
    EXPECT_DOUBLE_EQ(spreads[0].deviation * spreads[0].deviation, 5);
    EXPECT_EQ(spreads[1].mean, 100);
    EXPECT_EQ(spreads[1].deviation, 0);
}

TEST(ChannelStatistics, LargestSumsDoNotOverflow)
{
    ChannelStatistics statistics(1);
    const std::vector<std::int32_t> ends = {2147483647, -2147483647};
    for (int i = 0; i < 1000; ++i)
        statistics.add(ends);
    EXPECT_EQ(statistics.spreads()[0].mean, 0);
    EXPECT_EQ(statistics.spreads()[0].deviation, 2147483647);
}

TEST(Histogram, Percentiles)
{
    Histogram histogram;
    const graph::TensorBytes values = {0x80, 0xff, 0, 1, 2, 3, 4, 5, 6, 127};
    histogram.add(values);
    EXPECT_EQ(histogram.percentile(0), -128);
    EXPECT_EQ(histogram.percentile(0.1), -128);
    EXPECT_EQ(histogram.percentile(0.5), 2);
    EXPECT_EQ(histogram.percentile(1), 127);
}

TEST(Covering, HoldsBothEndsAndZero)
{
    const graph::Quantization both = covering(-1, 4.1);
    EXPECT_FLOAT_EQ(both.scale[0], 0.02F);
    EXPECT_EQ(both.zero_point[0], -78);
    EXPECT_EQ(covering(1, 2).zero_point[0], -128);
    EXPECT_EQ(covering(-2, -1).zero_point[0], 127);
}

} // namespace
