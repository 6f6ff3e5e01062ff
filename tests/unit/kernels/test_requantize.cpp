// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/kernels/kernels.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>

namespace {

constexpr std::int32_t half = 1 << 30; // as a multiplier with shift 0: 0.5
constexpr std::int32_t smallest = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t largest = std::numeric_limits<std::int32_t>::max();

// The definitions as gemmlowp states them, with its sign-dependent nudge and its remainder and
// threshold.
std::int32_t doubling_high_multiply_by_nudge(std::int32_t a, std::int32_t b)
{
    const std::int64_t product = static_cast<std::int64_t>(a) * b;
    const std::int64_t nudge = product >= 0 ? (1 << 30) : 1 - (1 << 30);
    return static_cast<std::int32_t>((product + nudge) / (std::int64_t {1} << 31));
}

std::int32_t shift_right_by_threshold(std::int32_t value, int exponent)
{
    const auto mask = static_cast<std::int32_t>((std::int64_t {1} << exponent) - 1);
    const std::int32_t remainder = value & mask;
    const std::int32_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
    return (value >> exponent) + (remainder > threshold ? 1 : 0);
}

TEST(Requantize, RoundsHalvesOfTheProductUpward)
{
    EXPECT_EQ(mcuprof_requantize(1, half, 0), 1);   // 0.5
    EXPECT_EQ(mcuprof_requantize(-1, half, 0), 0);  // -0.5
    EXPECT_EQ(mcuprof_requantize(3, half, 0), 2);   // 1.5
    EXPECT_EQ(mcuprof_requantize(-3, half, 0), -1); // -1.5
}

TEST(Requantize, RoundsHalvesOfTheShiftAwayFromZero)
{
    EXPECT_EQ(mcuprof_rounding_shift_right(1, 1), 1);
    EXPECT_EQ(mcuprof_rounding_shift_right(-1, 1), -1);
    EXPECT_EQ(mcuprof_rounding_shift_right(5, 1), 3);
    EXPECT_EQ(mcuprof_rounding_shift_right(-5, 1), -3);
    EXPECT_EQ(mcuprof_rounding_shift_right(-6, 2), -2);
    EXPECT_EQ(mcuprof_rounding_shift_right(-5, 2), -1);
    EXPECT_EQ(mcuprof_rounding_shift_right(largest, 31), 1);
    EXPECT_EQ(mcuprof_rounding_shift_right(-largest, 31), -1);
}

TEST(Requantize, RoundsTwiceWhenShiftedRight)
{
    // 5 * 0.5 = 2.5 becomes 3, and 3 / 2 = 1.5 becomes 2; rounding once would give 1.25, so 1.
    EXPECT_EQ(mcuprof_requantize(5, half, -1), 2);
    EXPECT_EQ(mcuprof_requantize(-5, half, -1), -1); // -2.5 becomes -2, then -1
}

TEST(Requantize, ShiftsLeftFirst)
{
    EXPECT_EQ(mcuprof_requantize(7, half, 1), 7);
    EXPECT_EQ(mcuprof_requantize(-7, half, 4), -56);
    EXPECT_EQ(mcuprof_requantize(123456, 0, 3), 0);
}

TEST(Requantize, IsWhatGemmlowpDefines)
{
    std::mt19937 random(20);
    const std::int32_t borders[]
        = {smallest, smallest + 1, -half, -half - 1, -1, 0, 1, half, half - 1, largest};
    for (int i = 0; i < 200'000; ++i) {
        std::int32_t value = static_cast<std::int32_t>(random()) >> (random() % 32);
        if (i % 10 == 0)
            value = borders[random() % std::size(borders)];
        const std::int32_t multiplier = half + static_cast<std::int32_t>(random() % half);
        const std::int32_t product = doubling_high_multiply_by_nudge(value, multiplier);
        ASSERT_EQ(mcuprof_doubling_high_multiply(value, multiplier), product)
            << value << " * " << multiplier;
        const int exponent = 1 + static_cast<int>(random() % 31);
        ASSERT_EQ(mcuprof_rounding_shift_right(product, exponent),
            shift_right_by_threshold(product, exponent))
            << product << " >> " << exponent;
    }
}

TEST(Requantize, TakesWideSumsThroughAShortMultiplierAndRoundsOnce)
{
    EXPECT_EQ(mcuprof_requantize_wide(5, half, 0), 3);   // 2.5
    EXPECT_EQ(mcuprof_requantize_wide(-5, half, 0), -2); // -2.5
    EXPECT_EQ(mcuprof_requantize_wide(std::int64_t {1} << 40, half, -20), 1 << 19);
    EXPECT_EQ(mcuprof_requantize_wide(1 << 15, largest, 0), 0x7FFF); // 0x7FFFFFFF counts as 0x7FFF
    // (2^30 + 2^15) >> 16 rounds the multiplier up by one unit of 2^-15.
    EXPECT_EQ(mcuprof_requantize_wide(1 << 15, half + (1 << 15), 0), 0x4001);
}

TEST(Requantize, DividesAwayFromZero)
{
    EXPECT_EQ(mcuprof_rounding_divide(5, 2), 3);
    EXPECT_EQ(mcuprof_rounding_divide(-5, 2), -3);
    EXPECT_EQ(mcuprof_rounding_divide(4, 3), 1);
    EXPECT_EQ(mcuprof_rounding_divide(-4, 3), -1);
    EXPECT_EQ(mcuprof_rounding_divide(0, 9), 0);
}

} // namespace
