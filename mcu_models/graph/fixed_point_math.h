// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/requantize.h"

#include <cstdint>

/// The integer arithmetic that TensorFlow Lite's quantized reference kernels are defined by, on the
/// host. Names say the format: q0 has no integer bits (a value in [-1, 1) as int32), q4 four, q5
/// five.
namespace graph::fixed {

/// High half of 2ab, rounded to nearest, halves upwards; the one overflow saturates.
std::int32_t doubling_high_product(std::int32_t a, std::int32_t b);
std::int16_t doubling_high_product(std::int16_t a, std::int16_t b);

/// x / 2^exponent rounded to nearest, halves away from zero.
std::int32_t rounding_shift_right(std::int32_t x, int exponent);
/// x * 2^exponent with saturation.
std::int32_t saturating_shift_left(std::int32_t x, int exponent);

/// x times a real number. 32-bit sums are rounded twice (after the product and after the shift),
/// 64-bit sums, which belong to int16 activations, once and by a multiplier cut to 16 bits.
std::int32_t multiply(std::int32_t x, FixedPoint factor);
std::int32_t multiply(std::int64_t x, FixedPoint factor);

/// exp(x) in q0 for x <= 0 with `integer_bits` (4 or 5) integer bits.
std::int32_t exp_of_negative(std::int32_t x, int integer_bits);
/// 1 / (1 + x) in q0 for x in q0, 0 <= x < 1.
std::int32_t one_over_one_plus(std::int32_t x);
/// 1 / (1 + exp(-x)) in q0 for x in q4.
std::int32_t logistic_of_q4(std::int32_t x);

} // namespace graph::fixed
