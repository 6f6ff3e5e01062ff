// SPDX-License-Identifier: MIT
#include "mcuprof_dsp.h"
#include "mcuprof_elementwise.h"

static int32_t add_element(
    int32_t first, int32_t second, const struct mcuprof_elementwise_parameters* parameters)
{
    return mcuprof_clamp(mcuprof_add(first, second, parameters), parameters->activation_min,
        parameters->activation_max);
}

// Each element needs three 32-bit multiplications, so only loads, stores and the additions of
// offsets come four at a time.
void mcuprof_dsp_add_int8(const struct mcuprof_elementwise_parameters* parameters)
{
    // Copies, so that the compiler need not read them again after each store.
    struct mcuprof_elementwise_parameters local = *parameters;
    const int8_t* first = local.input_1;
    const int8_t* second = local.input_2;
    int8_t* output = local.output;
    int32_t left = local.elements;

    const int16x2_t first_offsets = mcuprof_pair(local.input_1_offset, local.input_1_offset);
    const int16x2_t second_offsets = mcuprof_pair(local.input_2_offset, local.input_2_offset);
    struct mcuprof_elementwise_parameters shifted
        = local; // for elements that have their offset already
    shifted.input_1_offset = 0;
    shifted.input_2_offset = 0;
    for (; left >= 4; left -= 4) {
        const uint32_t first_word = mcuprof_load_word(first);
        const uint32_t second_word = mcuprof_load_word(second);
        const int16x2_t first_even = mcuprof_add_even_bytes(first_offsets, first_word);
        const int16x2_t first_odd = mcuprof_add_odd_bytes(first_offsets, first_word);
        const int16x2_t second_even = mcuprof_add_even_bytes(second_offsets, second_word);
        const int16x2_t second_odd = mcuprof_add_odd_bytes(second_offsets, second_word);
        const int32_t sum_0
            = add_element(mcuprof_low(first_even), mcuprof_low(second_even), &shifted);
        const int32_t sum_1
            = add_element(mcuprof_low(first_odd), mcuprof_low(second_odd), &shifted);
        const int32_t sum_2
            = add_element(mcuprof_high(first_even), mcuprof_high(second_even), &shifted);
        const int32_t sum_3
            = add_element(mcuprof_high(first_odd), mcuprof_high(second_odd), &shifted);
        mcuprof_store_word(output,
            ((uint32_t)sum_0 & 0xFF) | ((uint32_t)sum_1 & 0xFF) << 8
                | ((uint32_t)sum_2 & 0xFF) << 16 | (uint32_t)sum_3 << 24);
        first += 4;
        second += 4;
        output += 4;
    }
    for (; left > 0; --left)
        *output++ = (int8_t)add_element(*first++, *second++, &local);
}
