// SPDX-License-Identifier: MIT
#include "mcuprof_dsp.h"
#include "mcuprof_elementwise.h"

// Products of two int8 with their offsets fit 17 bits; each needs a 32-bit multiplication, so only
// loads, stores and the additions of offsets come four at a time.

static inline int8_t finish(
    int32_t product, const struct mcuprof_elementwise_parameters* parameters, int32_t shift_right)
{
    const int32_t value = __builtin_expect(shift_right > 0, 1)
        ? mcuprof_requantize_right(
            product, parameters->output_multiplier, shift_right, parameters->output_offset)
        : mcuprof_rescaled_output(product, parameters);
    return (int8_t)mcuprof_clamp(value, parameters->activation_min, parameters->activation_max);
}

// Neighbors along the last dimension.
static void multiply_row(const int8_t* first, const int8_t* second, int32_t count,
    const struct mcuprof_elementwise_parameters* parameters, int8_t* output)
{
    const struct mcuprof_elementwise_parameters local = *parameters;
    const int32_t shift_right = -local.output_shift;
    const int16x2_t first_offsets = mcuprof_pair(local.input_1_offset, local.input_1_offset);
    const int16x2_t second_offsets = mcuprof_pair(local.input_2_offset, local.input_2_offset);
    for (; count >= 4; count -= 4) {
        const uint32_t first_word = mcuprof_load_word(first);
        const uint32_t second_word = mcuprof_load_word(second);
        const int16x2_t first_even = mcuprof_add_even_bytes(first_offsets, first_word);
        const int16x2_t first_odd = mcuprof_add_odd_bytes(first_offsets, first_word);
        const int16x2_t second_even = mcuprof_add_even_bytes(second_offsets, second_word);
        const int16x2_t second_odd = mcuprof_add_odd_bytes(second_offsets, second_word);
        output[0] = finish(mcuprof_low(first_even) * mcuprof_low(second_even), &local, shift_right);
        output[1] = finish(mcuprof_low(first_odd) * mcuprof_low(second_odd), &local, shift_right);
        output[2]
            = finish(mcuprof_high(first_even) * mcuprof_high(second_even), &local, shift_right);
        output[3] = finish(mcuprof_high(first_odd) * mcuprof_high(second_odd), &local, shift_right);
        first += 4;
        second += 4;
        output += 4;
    }
    for (; count > 0; --count)
        *output++ = finish((*first++ + local.input_1_offset) * (*second++ + local.input_2_offset),
            &local, shift_right);
}

void mcuprof_dsp_mul_int8(const struct mcuprof_elementwise_parameters* parameters)
{
    const int32_t* const shape = parameters->output_shape;
    const int32_t* const strides_1 = parameters->input_1_strides;
    const int32_t* const strides_2 = parameters->input_2_strides;
    const int32_t neighbors = strides_1[3] == 1 && strides_2[3] == 1;
    int8_t* output = parameters->output;
    for (int32_t a = 0; a < shape[0]; ++a) {
        for (int32_t b = 0; b < shape[1]; ++b) {
            for (int32_t c = 0; c < shape[2]; ++c) {
                const int8_t* first = (const int8_t*)parameters->input_1 + a * strides_1[0]
                    + b * strides_1[1] + c * strides_1[2];
                const int8_t* second = (const int8_t*)parameters->input_2 + a * strides_2[0]
                    + b * strides_2[1] + c * strides_2[2];
                if (neighbors) {
                    multiply_row(first, second, shape[3], parameters, output);
                    output += shape[3];
                    continue;
                }
                for (int32_t d = 0; d < shape[3]; ++d) {
                    const int32_t product = (*first + parameters->input_1_offset)
                        * (*second + parameters->input_2_offset);
                    *output++ = finish(product, parameters, -parameters->output_shift);
                    first += strides_1[3];
                    second += strides_2[3];
                }
            }
        }
    }
}
