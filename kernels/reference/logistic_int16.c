// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"

// sigmoid of the magnitude by table and interpolation, in 1 / 2^25; sigmoid(-x) = 1 - sigmoid(x).
void mcuprof_reference_logistic_int16(const struct mcuprof_logistic_parameters* parameters)
{
    const uint16_t* const table = parameters->table;
    const int16_t* const input = parameters->input;
    int16_t* const output = parameters->output;
    const int32_t shift = parameters->shift;
    const int32_t half = shift > 0 ? 1 << (shift - 1) : 0;

    for (int32_t i = 0; i < parameters->elements; ++i) {
        const int32_t x = (input[i] * parameters->multiplier + half) >> shift;
        const uint32_t magnitude = (uint32_t)(x < 0 ? -x : x);
        const uint32_t step = magnitude >> 9;
        uint32_t result = UINT32_C(0x7FFF) << 10;
        if (step < 255)
            result = ((uint32_t)table[step] << 9)
                + (magnitude & 0x1ff) * (uint32_t)(table[step + 1] - table[step]);
        result = x >= 0 ? result + (1 << 9) : (1 << (16 + 9)) - result + (1 << 9) - 1;
        output[i] = (int16_t)(result >> 10);
    }
}
