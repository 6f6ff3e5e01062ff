// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/fixed_point_math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using namespace graph::fixed;

TEST(FixedPointMath, DoublingHighProductRoundsHalvesUpwards)
{
    EXPECT_EQ(doubling_high_product(std::int32_t {1 << 30}, 3), 2);   // 1.5
    EXPECT_EQ(doubling_high_product(std::int32_t {1 << 30}, -3), -1); // -1.5
    EXPECT_EQ(doubling_high_product(std::int32_t {1 << 30}, -5), -2); // -2.5
    constexpr std::int32_t least = std::numeric_limits<std::int32_t>::min();
    EXPECT_EQ(doubling_high_product(least, least), std::numeric_limits<std::int32_t>::max());
    EXPECT_EQ(doubling_high_product(std::int16_t {16384}, std::int16_t {3}), 2);
    EXPECT_EQ(doubling_high_product(std::int16_t {-32768}, std::int16_t {-32768}), 32767);
}

TEST(FixedPointMath, ShiftRoundsHalvesAwayFromZero)
{
    EXPECT_EQ(rounding_shift_right(5, 1), 3);
    EXPECT_EQ(rounding_shift_right(-5, 1), -3);
    EXPECT_EQ(rounding_shift_right(6, 2), 2);
    EXPECT_EQ(rounding_shift_right(-6, 2), -2);
    EXPECT_EQ(rounding_shift_right(-7, 0), -7);
    EXPECT_EQ(rounding_shift_right(std::numeric_limits<std::int32_t>::max(), 31), 1);
}

TEST(FixedPointMath, LeftShiftSaturates)
{
    EXPECT_EQ(saturating_shift_left(3, 4), 48);
    EXPECT_EQ(saturating_shift_left(1 << 29, 2), std::numeric_limits<std::int32_t>::max());
    EXPECT_EQ(saturating_shift_left(-(1 << 29), 3), std::numeric_limits<std::int32_t>::min());
}

TEST(FixedPointMath, MultiplyRoundsTwiceFor32Bits)
{
    // 3 * 0.25 = 0.75: the product 1.5 becomes 2, the shift then makes 1 of it.
    EXPECT_EQ(multiply(std::int32_t {3}, {1 << 30, -1}), 1);
    // 1 * 0.25: 0.5 becomes 1, half of it becomes 1. Rounded once it would be 0.
    EXPECT_EQ(multiply(std::int32_t {1}, {1 << 30, -1}), 1);
    EXPECT_EQ(multiply(std::int64_t {1}, {1 << 30, -1}), 0);
    EXPECT_EQ(multiply(std::int32_t {100}, {1 << 30, 1}), 100);
    EXPECT_EQ(multiply(std::int64_t {100}, {1 << 30, 1}), 100);
}

TEST(FixedPointMath, LongMultiplyUses16BitsOfTheMultiplier)
{
    // 0x40008000 rounds to 0x4001, and 0x4001 / 2^15 * 2^20 = 524320; the exact product is 524304.
    EXPECT_EQ(multiply(std::int64_t {1} << 20, {0x40008000, 0}), 524320);
    // The largest multipliers would round up to 2^15 and are cut instead.
    EXPECT_EQ(multiply(std::int64_t {1} << 15, {0x7fffffff, 0}), 32767);
}

TEST(FixedPointMath, ExpIsCloseAndExactAtZero)
{
    EXPECT_EQ(exp_of_negative(0, 5), std::numeric_limits<std::int32_t>::max());
    for (double x = -15.9; x < 0; x += 0.37) {
        const auto stored = static_cast<std::int32_t>(std::ldexp(x, 26));
        EXPECT_NEAR(std::ldexp(exp_of_negative(stored, 5), -31), std::exp(x), 3e-7) << x;
    }
}

TEST(FixedPointMath, InverseAndLogisticAreClose)
{
    for (double x = 0; x < 1; x += 0.03)
        EXPECT_NEAR(
            std::ldexp(one_over_one_plus(static_cast<std::int32_t>(std::ldexp(x, 31))), -31),
            1 / (1 + x), 1e-8)
            << x;
    EXPECT_EQ(logistic_of_q4(0), 1 << 30);
    for (double x = -15.5; x < 16; x += 0.41)
        EXPECT_NEAR(std::ldexp(logistic_of_q4(static_cast<std::int32_t>(std::ldexp(x, 27))), -31),
            1 / (1 + std::exp(-x)), 5e-7)
            << x;
}

} // namespace
