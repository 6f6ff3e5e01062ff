// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"

// table at `value`: 512 steps over all of int16, linear between them.
static int32_t interpolated(const int16_t* table, int32_t value)
{
    const int32_t step = 256 + (value >> 7);
    const int32_t slope = table[step + 1] - table[step];
    return table[step] + ((slope * (value & 0x7f) + 64) >> 7);
}

static void softmax_row(
    const int16_t* input, int16_t* output, const struct mcuprof_softmax_parameters* parameters)
{
    const int32_t depth = parameters->depth;
    int32_t largest = input[0];
    for (int32_t i = 1; i < depth; ++i)
        largest = input[i] > largest ? input[i] : largest;

    int32_t sum = 0; // Q16.15
    for (int32_t i = 0; i < depth; ++i) {
        // [-65535, 0] stands for [-10, 0]; what is below has exp(-10).
        const int32_t scaled
            = mcuprof_requantize(input[i] - largest, parameters->multiplier, parameters->shift);
        output[i] = (int16_t)interpolated(
            parameters->exponential_table, mcuprof_clamp(scaled + 32767, INT16_MIN, INT16_MAX));
        sum += output[i];
    }

    // sum = (1 + x) * 2^(16 - headroom); [0, 65535] stands for x in [0, 1).
    const int32_t headroom = __builtin_clz((unsigned)sum);
    const int32_t one_plus_x = (int32_t)((((int64_t)sum << (headroom - 1)) + (1 << 13)) >> 14);
    const int32_t x = mcuprof_clamp(one_plus_x - (1 << 15) - (1 << 16), INT16_MIN, INT16_MAX);
    const int32_t reciprocal = interpolated(parameters->reciprocal_table, x);
    const int32_t shift = 31 - headroom;
    for (int32_t i = 0; i < depth; ++i) {
        const int32_t share
            = (int32_t)(((int64_t)output[i] * reciprocal + (INT64_C(1) << (shift - 1))) >> shift);
        output[i] = (int16_t)mcuprof_clamp(share, 0, INT16_MAX);
    }
}

void mcuprof_reference_softmax_int16(const struct mcuprof_softmax_parameters* parameters)
{
    const int16_t* input = parameters->input;
    int16_t* output = parameters->output;
    for (int32_t row = 0; row < parameters->rows; ++row) {
        softmax_row(input, output, parameters);
        input += parameters->depth;
        output += parameters->depth;
    }
}
