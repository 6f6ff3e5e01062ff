// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"
#include "mcuprof_small.h"

enum { block = 16 }; // elements that are finished together

// An input brought to the common scale. With 16 bits of headroom or more the lower half of what is
// multiplied is empty, and so are two of its four products.
struct rescale {
    int32_t offset, shift_left; // what is above 16 bits of headroom
    int32_t multiplier_low, multiplier_high;
    int32_t shift_right; // 0: none
};

static struct rescale rescale_of(
    int32_t offset, int32_t left_shift, int32_t multiplier, int32_t shift)
{
    return (struct rescale) {
        offset, left_shift - 16, (int16_t)multiplier, mcuprof_small_high(multiplier), -shift};
}

static inline int32_t rescaled(int32_t stored, const struct rescale* rescale)
{
    const int32_t high = (stored + rescale->offset) << rescale->shift_left;
    const int32_t value = 2 * high * rescale->multiplier_high
        + ((high * rescale->multiplier_low + (1 << 14)) >> 15);
    return rescale->shift_right ? mcuprof_rounding_shift_right(value, rescale->shift_right) : value;
}

static __attribute__((noinline)) void rescale_block(
    const int8_t* input, const struct rescale* rescale, int32_t count, int32_t* sums)
{
    const struct rescale local = *rescale;
    for (int32_t i = 0; i < count; ++i)
        sums[i] += rescaled(input[i], &local);
}

void mcuprof_small_add_int8(const struct mcuprof_elementwise_parameters* parameters)
{
    const struct rescale first = rescale_of(parameters->input_1_offset, parameters->left_shift,
        parameters->input_1_multiplier, parameters->input_1_shift);
    const struct rescale second = rescale_of(parameters->input_2_offset, parameters->left_shift,
        parameters->input_2_multiplier, parameters->input_2_shift);
    const struct mcuprof_small_stage stage
        = mcuprof_small_stage_of(parameters->output_multiplier, parameters->output_shift,
            parameters->output_offset, parameters->activation_min, parameters->activation_max, 1);
    const int8_t* input_1 = parameters->input_1;
    const int8_t* input_2 = parameters->input_2;
    int8_t* output = parameters->output;
    for (int32_t left = parameters->elements; left > 0; left -= block) {
        const int32_t now = left < block ? left : block;
        int32_t sums[block];
        for (int32_t i = 0; i < block; ++i)
            sums[i] = 0;
        rescale_block(input_1, &first, now, sums);
        rescale_block(input_2, &second, now, sums);
        mcuprof_small_finish(sums, now, &stage, output);
        input_1 += now;
        input_2 += now;
        output += now;
    }
}
