// SPDX-License-Identifier: MIT
#include "mcuprof_dsp.h"
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"

struct strides {
    int32_t size[MCUPROF_RANK]; // of what is averaged, 1 along the rest
    int32_t step[MCUPROF_RANK];
};

static int8_t finish(int32_t sum, int32_t count, const struct mcuprof_mean_parameters* parameters)
{
    const int32_t scaled = mcuprof_requantize(
        sum + count * parameters->input_offset, parameters->multiplier, parameters->shift);
    const int32_t value
        = mcuprof_rounding_divide(scaled, parameters->divisor) + parameters->output_offset;
    return (int8_t)mcuprof_clamp(value, parameters->activation_min, parameters->activation_max);
}

// The means of four channels, which are neighbors.
static void four_means(const int8_t* start, const struct strides* strides, int32_t count,
    const struct mcuprof_mean_parameters* parameters, int8_t* output)
{
    int32_t sum_0 = 0, sum_1 = 0, sum_2 = 0, sum_3 = 0;
    const int16x2_t one = (int16x2_t)1;
    for (int32_t a = 0; a < strides->size[0]; ++a) {
        for (int32_t b = 0; b < strides->size[1]; ++b) {
            const int8_t* element = start + a * strides->step[0] + b * strides->step[1];
            for (int32_t c = strides->size[2]; c > 0; --c) {
                const uint32_t word = mcuprof_load_word(element);
                const int16x2_t even = mcuprof_even_bytes(word), odd = mcuprof_odd_bytes(word);
                sum_0 = __smlabb(even, one, sum_0);
                sum_1 = __smlabb(odd, one, sum_1);
                sum_2 = __smlatb(even, one, sum_2);
                sum_3 = __smlatb(odd, one, sum_3);
                element += strides->step[2];
            }
        }
    }
    output[0] = finish(sum_0, count, parameters);
    output[1] = finish(sum_1, count, parameters);
    output[2] = finish(sum_2, count, parameters);
    output[3] = finish(sum_3, count, parameters);
}

static int8_t one_mean(const int8_t* start, const struct strides* strides, int32_t count,
    const struct mcuprof_mean_parameters* parameters)
{
    int32_t sum = 0;
    for (int32_t a = 0; a < strides->size[0]; ++a)
        for (int32_t b = 0; b < strides->size[1]; ++b)
            for (int32_t c = 0; c < strides->size[2]; ++c) {
                const int8_t* element
                    = start + a * strides->step[0] + b * strides->step[1] + c * strides->step[2];
                for (int32_t d = 0; d < strides->size[3]; ++d)
                    sum += element[d];
            }
    return finish(sum, count, parameters);
}

void mcuprof_dsp_mean_int8(const struct mcuprof_mean_parameters* parameters)
{
    const int32_t* const shape = parameters->input_shape;
    struct strides strides
        = {.step = {shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1}};
    int32_t kept[MCUPROF_RANK];
    int32_t count = 1;
    for (int32_t i = 0; i < MCUPROF_RANK; ++i) {
        strides.size[i] = parameters->reduce[i] ? shape[i] : 1;
        kept[i] = parameters->reduce[i] ? 1 : shape[i];
        count *= strides.size[i];
    }
    int8_t* output = parameters->output;
    for (int32_t a = 0; a < kept[0]; ++a) {
        for (int32_t b = 0; b < kept[1]; ++b) {
            for (int32_t c = 0; c < kept[2]; ++c) {
                const int8_t* const start = (const int8_t*)parameters->input + a * strides.step[0]
                    + b * strides.step[1] + c * strides.step[2];
                int32_t d = 0;
                for (; d < kept[3] - 3; d += 4) {
                    four_means(start + d, &strides, count, parameters, output);
                    output += 4;
                }
                for (; d < kept[3]; ++d)
                    *output++ = one_mean(start + d, &strides, count, parameters);
            }
        }
    }
}
