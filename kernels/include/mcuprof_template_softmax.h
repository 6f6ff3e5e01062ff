// SPDX-License-Identifier: MIT
// The body of the 8-bit SOFTMAX kernels. A kernel defines KERNEL (its name), ELEMENT (its type),
// SMALLEST and LARGEST (the range of the type), then includes this.
#include "mcuprof_fixed_point_exponential.h"
#include "mcuprof_kernels.h"

// Leading zeros of a positive number.
static int32_t leading_zeros(int32_t value) { return __builtin_clz((unsigned)value); }

// exp of a difference to the largest input (never positive), Q0.31; the rescaled difference is
// Q5.26.
static int32_t exponential_of(
    int32_t difference, const struct mcuprof_softmax_parameters* parameters)
{
    return mcuprof_exponential(
        mcuprof_requantize(difference, parameters->multiplier, parameters->shift));
}

static void softmax_row(
    const ELEMENT* input, ELEMENT* output, const struct mcuprof_softmax_parameters* parameters)
{
    const int32_t depth = parameters->depth;
    int32_t largest = input[0];
    for (int32_t i = 1; i < depth; ++i)
        largest = input[i] > largest ? input[i] : largest;

    int32_t sum = 0; // Q12.19, at least 1 because of the largest
    for (int32_t i = 0; i < depth; ++i) {
        const int32_t difference = input[i] - largest;
        if (difference >= parameters->smallest_difference)
            sum += mcuprof_rounding_shift_right(exponential_of(difference, parameters), 12);
    }

    // sum = (1 + fraction) * 2^(12 - headroom), so that its reciprocal needs 1 / (1 + fraction)
    // only.
    const int32_t headroom = leading_zeros(sum);
    const int32_t fraction = (int32_t)(((uint32_t)sum << headroom) - (UINT32_C(1) << 31));
    const int32_t reciprocal = mcuprof_reciprocal_of_one_plus(fraction);
    const int32_t exponent = 12 - headroom + 31 - 8;
    for (int32_t i = 0; i < depth; ++i) {
        const int32_t difference = input[i] - largest;
        int32_t value = SMALLEST;
        if (difference >= parameters->smallest_difference && exponent <= 31) {
            const int32_t share = mcuprof_doubling_high_multiply(
                reciprocal, exponential_of(difference, parameters));
            value = mcuprof_clamp(
                mcuprof_rounding_shift_right(share, exponent) + SMALLEST, SMALLEST, LARGEST);
        }
        output[i] = (ELEMENT)value;
    }
}

void KERNEL(const struct mcuprof_softmax_parameters* parameters)
{
    const ELEMENT* input = parameters->input;
    ELEMENT* output = parameters->output;
    for (int32_t row = 0; row < parameters->rows; ++row) {
        softmax_row(input, output, parameters);
        input += parameters->depth;
        output += parameters->depth;
    }
}
