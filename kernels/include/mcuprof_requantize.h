// SPDX-License-Identifier: MIT
#pragma once

#include <stdint.h>

// The arithmetic of TensorFlow Lite's quantized kernels (with its default of rounding twice), bit
// for bit. Real numbers are a multiplier in [2^30, 2^31) (or 0) and a shift, as mcuprof_kernels.h
// says. Right shifts of negative numbers are arithmetic, as on every compiler this is meant for.

static inline int32_t mcuprof_clamp(int32_t value, int32_t smallest, int32_t largest)
{
    return value < smallest ? smallest : value > largest ? largest : value;
}

// a * b / 2^31, rounded to nearest, halves upward: gemmlowp's saturating rounding doubling high
// multiplication, which subtracts before it truncates when the product is negative and so ends up
// at the same number. It saturates only for -2^31 * -2^31, which cannot happen with a multiplier.
static inline int32_t mcuprof_doubling_high_multiply(int32_t a, int32_t multiplier)
{
    return (int32_t)(((int64_t)a * multiplier + (INT64_C(1) << 30)) >> 31);
}

// value / 2^exponent, rounded to nearest, halves away from zero; exponent 1 to 31. The value is
// never -2^31.
static inline int32_t mcuprof_rounding_shift_right(int32_t value, int32_t exponent)
{
    const int32_t towards_zero
        = value + (value >> 31); // one less if negative, so that a half rounds down
    return ((towards_zero >> (exponent - 1)) + 1) >> 1;
}

// value * multiplier * 2^(shift - 31), wrapping as int32_t if shifted out to the left.
static inline int32_t mcuprof_requantize(int32_t value, int32_t multiplier, int32_t shift)
{
    if (shift >= 0)
        return mcuprof_doubling_high_multiply((int32_t)((uint32_t)value << shift), multiplier);
    return mcuprof_rounding_shift_right(mcuprof_doubling_high_multiply(value, multiplier), -shift);
}

// The same for a 64-bit sum of int16 kernels: the multiplier loses its lower half, and there is one
// rounding, halves upward. |value| < 2^47, shift in [-31, 7].
static inline int32_t mcuprof_requantize_wide(int64_t value, int32_t multiplier, int32_t shift)
{
    const int32_t short_multiplier
        = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
    const int32_t total_shift = 15 - shift;
    return (int32_t)((value * short_multiplier + (INT64_C(1) << (total_shift - 1))) >> total_shift);
}

// sum / count rounded to nearest, halves away from zero.
static inline int32_t mcuprof_rounding_divide(int32_t sum, int32_t count)
{
    return sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
}

// A 64-bit sum of an int16 kernel, in the arithmetic that its bias had: 32 or 64 bits.
static inline int32_t mcuprof_requantize_sum(
    int64_t sum, int32_t bias_bits, int32_t multiplier, int32_t shift)
{
    return bias_bits == 64 ? mcuprof_requantize_wide(sum, multiplier, shift)
                           : mcuprof_requantize((int32_t)sum, multiplier, shift);
}

// Element `index` of a bias of 32 or 64 bits; 0 where there is none.
static inline int64_t mcuprof_bias(const void* bias, int32_t bias_bits, int32_t index)
{
    if (!bias)
        return 0;
    return bias_bits == 64 ? ((const int64_t*)bias)[index] : ((const int32_t*)bias)[index];
}
