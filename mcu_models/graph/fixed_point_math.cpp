// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/graph/fixed_point_math.h"

#include "base/check.h"

#include <algorithm>
#include <array>
#include <limits>

namespace graph::fixed {
namespace {

constexpr std::int32_t largest = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t smallest = std::numeric_limits<std::int32_t>::min();

/// Wraps as the target does; in C++20 a conversion does so by definition.
std::int32_t wrapped(std::int64_t x) { return static_cast<std::int32_t>(x); }

} // namespace

std::int32_t doubling_high_product(std::int32_t a, std::int32_t b)
{
    if (a == smallest && b == smallest)
        return largest;
    const std::int64_t product = static_cast<std::int64_t>(a) * b;
    const std::int64_t half = std::int64_t {1} << 30;
    // The division truncates, so a negative product is nudged one less than half downwards.
    const std::int64_t nudge = product >= 0 ? half : 1 - half;
    return static_cast<std::int32_t>((product + nudge) / (std::int64_t {1} << 31));
}

std::int16_t doubling_high_product(std::int16_t a, std::int16_t b)
{
    constexpr std::int16_t least = std::numeric_limits<std::int16_t>::min();
    if (a == least && b == least)
        return std::numeric_limits<std::int16_t>::max();
    const std::int32_t product = a * b;
    const std::int32_t nudge = product >= 0 ? 1 << 14 : 1 - (1 << 14);
    return static_cast<std::int16_t>((product + nudge) / (1 << 15));
}

std::int32_t rounding_shift_right(std::int32_t x, int exponent)
{
    CHECK(exponent >= 0 && exponent <= 31);
    const std::int64_t mask = (std::int64_t {1} << exponent) - 1;
    const std::int64_t remainder = x & mask;
    const std::int64_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

std::int32_t saturating_shift_left(std::int32_t x, int exponent)
{
    const std::int64_t shifted = static_cast<std::int64_t>(x) * (std::int64_t {1} << exponent);
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(shifted, smallest, largest));
}

std::int32_t multiply(std::int32_t x, FixedPoint factor)
{
    const int left = std::max(factor.shift, 0);
    const int right = std::max(-factor.shift, 0);
    const std::int32_t shifted = wrapped(static_cast<std::int64_t>(x) << left);
    return rounding_shift_right(doubling_high_product(shifted, factor.multiplier), right);
}

std::int32_t multiply(std::int64_t x, FixedPoint factor)
{
    const std::int32_t reduced
        = factor.multiplier < 0x7fff0000 ? (factor.multiplier + (1 << 15)) >> 16 : 0x7fff;
    const int right = 15 - factor.shift;
    CHECK(right >= 1 && right <= 62);
    return wrapped((x * reduced + (std::int64_t {1} << (right - 1))) >> right);
}

namespace {

/// Half of the sum, halves away from zero.
std::int32_t rounding_half_sum(std::int32_t a, std::int32_t b)
{
    const std::int64_t sum = static_cast<std::int64_t>(a) + b;
    return static_cast<std::int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
}

/// exp(x) for -1/4 <= x < 0, both in q0: the Taylor polynomial of degree four around -1/8.
std::int32_t exp_of_small(std::int32_t x)
{
    constexpr std::int32_t exp_of_minus_eighth = 1895147668;
    constexpr std::int32_t third = 715827883;
    const std::int32_t t = x + (1 << 28);
    const std::int32_t t2 = doubling_high_product(t, t);
    const std::int32_t t3 = doubling_high_product(t2, t);
    const std::int32_t t4 = doubling_high_product(t2, t2);
    const std::int32_t quarter_t4 = rounding_shift_right(t4, 2);
    const std::int32_t higher_terms
        = rounding_shift_right(doubling_high_product(quarter_t4 + t3, third) + t2, 1);
    return exp_of_minus_eighth + doubling_high_product(exp_of_minus_eighth, t + higher_terms);
}

} // namespace

std::int32_t exp_of_negative(std::int32_t x, int integer_bits)
{
    CHECK(x <= 0 && (integer_bits == 4 || integer_bits == 5));
    if (x == 0)
        return largest;
    // exp(-2^n) in q0 for n = -2, -1, ... 4: x is split into these and a rest below 1/4.
    constexpr std::array<std::int32_t, 7> powers
        = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    const int fraction_bits = 31 - integer_bits;
    const std::int32_t quarter = 1 << (fraction_bits - 2);
    const std::int32_t rest = (x & (quarter - 1)) - quarter;
    std::int32_t result = exp_of_small(saturating_shift_left(rest, integer_bits));
    const std::int32_t whole_quarters = wrapped(static_cast<std::int64_t>(rest) - x);
    for (int n = -2; n < integer_bits; ++n)
        if ((whole_quarters & (1 << (fraction_bits + n))) != 0)
            result = doubling_high_product(result, powers[static_cast<std::size_t>(n + 2)]);
    return result;
}

std::int32_t one_over_one_plus(std::int32_t x)
{
    // Newton's method for 1 / d with d = (1 + x) / 2 in [1/2, 1), from the best linear start 48/17
    // - 32/17 d.
    constexpr std::int32_t q2_48_over_17 = 1515870810;
    constexpr std::int32_t q2_minus_32_over_17 = -1010580540;
    constexpr std::int32_t q2_one = 1 << 29;
    const std::int32_t d = rounding_half_sum(x, largest);
    std::int32_t estimate = q2_48_over_17 + doubling_high_product(d, q2_minus_32_over_17); // q2
    for (int step = 0; step < 3; ++step) {
        const std::int32_t error = q2_one - doubling_high_product(d, estimate);
        estimate = wrapped(static_cast<std::int64_t>(estimate)
            + saturating_shift_left(doubling_high_product(estimate, error), 2));
    }
    // 1 / (1 + x) is half of 1 / d: q2 read as q1, then brought to q0.
    return saturating_shift_left(estimate, 1);
}

std::int32_t logistic_of_q4(std::int32_t x)
{
    if (x == 0)
        return 1 << 30;
    const std::int32_t negative = x > 0 ? -x : x;
    const std::int32_t of_magnitude = one_over_one_plus(exp_of_negative(negative, 4));
    return x > 0 ? of_magnitude : largest - of_magnitude;
}

} // namespace graph::fixed
