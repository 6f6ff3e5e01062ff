// SPDX-License-Identifier: MIT
#pragma once

#include "mcuprof_requantize.h"

// exp and 1 / (1 + x) in 32-bit fixed point, bit for bit what gemmlowp computes: Qm.n has m integer
// bits, n fractional bits and a sign; in Q0.31 the largest int32_t stands for 1.

// value * 2^exponent, saturating; exponent > 0.
static inline int32_t mcuprof_saturating_shift_left(int32_t value, int32_t exponent)
{
    const int32_t largest = (int32_t)((UINT32_C(1) << (31 - exponent)) - 1);
    if (value > largest)
        return INT32_MAX;
    if (value < -largest)
        return INT32_MIN;
    return (int32_t)((uint32_t)value << exponent);
}

// exp(x) for -1/4 <= x < 0, Q0.31: the Taylor series around -1/8, to the fourth power.
static inline int32_t mcuprof_exponential_of_quarter(int32_t quarter)
{
    const int32_t exp_of_minus_eighth = 1895147668;
    const int32_t one_third = 715827883;
    const int32_t x = quarter + (1 << 28);
    const int32_t x2 = mcuprof_doubling_high_multiply(x, x);
    const int32_t x3 = mcuprof_doubling_high_multiply(x2, x);
    const int32_t x4 = mcuprof_doubling_high_multiply(x2, x2);
    const int32_t cubic
        = mcuprof_doubling_high_multiply(mcuprof_rounding_shift_right(x4, 2) + x3, one_third);
    const int32_t series = x + mcuprof_rounding_shift_right(cubic + x2, 1);
    return exp_of_minus_eighth + mcuprof_doubling_high_multiply(exp_of_minus_eighth, series);
}

// exp(x) in Q0.31 for x <= 0 in Q5.26: exp of the part within a quarter, times exp(-2^i) for each
// bit of the rest.
static inline int32_t mcuprof_exponential(int32_t x)
{
    static const int32_t exp_of_minus_power[7] // exp(-1/4), exp(-1/2) ... exp(-16)
        = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    const int32_t one_quarter = 1 << 24;
    if (x == 0)
        return INT32_MAX;
    const int32_t quarter = (x & (one_quarter - 1)) - one_quarter;
    const int32_t rest = (int32_t)((uint32_t)quarter - (uint32_t)x);
    int32_t result = mcuprof_exponential_of_quarter(mcuprof_saturating_shift_left(quarter, 5));
    for (int32_t i = 0; i < 7; ++i) {
        if (rest & (one_quarter << i))
            result = mcuprof_doubling_high_multiply(result, exp_of_minus_power[i]);
    }
    return result;
}

// 1 / (1 + x) for 0 <= x < 1, both Q0.31: three steps of Newton and Raphson from 48/17 - 32/17 d
// for d = (1 + x) / 2.
static inline int32_t mcuprof_reciprocal_of_one_plus(int32_t x)
{
    const int32_t forty_eight_seventeenths = 1515870810; // Q2.29
    const int32_t minus_thirty_two_seventeenths = -1010580540;
    const int32_t one = 1 << 29;
    const int32_t half_denominator = (int32_t)(((int64_t)x + INT32_MAX + 1) / 2);
    int32_t estimate = forty_eight_seventeenths
        + mcuprof_doubling_high_multiply(half_denominator, minus_thirty_two_seventeenths);
    for (int32_t step = 0; step < 3; ++step) {
        const int32_t error = one - mcuprof_doubling_high_multiply(half_denominator, estimate);
        estimate
            += mcuprof_saturating_shift_left(mcuprof_doubling_high_multiply(estimate, error), 2);
    }
    return mcuprof_saturating_shift_left(estimate, 1);
}
