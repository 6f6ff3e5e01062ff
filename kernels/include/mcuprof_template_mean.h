// SPDX-License-Identifier: MIT
// The body of the MEAN kernels. A kernel defines KERNEL (its name) and ELEMENT (its type), then
// includes this.
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"

// The sum of the elements (each with the input offset) over the dimensions that are averaged.
static int32_t sum_from(
    const ELEMENT* start, const struct mcuprof_mean_parameters* parameters, const int32_t* strides)
{
    int32_t size[MCUPROF_RANK];
    for (int32_t i = 0; i < MCUPROF_RANK; ++i)
        size[i] = parameters->reduce[i] ? parameters->input_shape[i] : 1;
    int32_t sum = 0;
    for (int32_t a = 0; a < size[0]; ++a) {
        for (int32_t b = 0; b < size[1]; ++b) {
            for (int32_t c = 0; c < size[2]; ++c) {
                const ELEMENT* element = start + a * strides[0] + b * strides[1] + c * strides[2];
                for (int32_t d = 0; d < size[3]; ++d)
                    sum += element[d] + parameters->input_offset;
            }
        }
    }
    return sum;
}

void KERNEL(const struct mcuprof_mean_parameters* parameters)
{
    const ELEMENT* const input = parameters->input;
    const int32_t* const shape = parameters->input_shape;
    const int32_t strides[MCUPROF_RANK]
        = {shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1};
    int32_t kept[MCUPROF_RANK];
    for (int32_t i = 0; i < MCUPROF_RANK; ++i)
        kept[i] = parameters->reduce[i] ? 1 : shape[i];
    ELEMENT* output = parameters->output;

    for (int32_t a = 0; a < kept[0]; ++a) {
        for (int32_t b = 0; b < kept[1]; ++b) {
            for (int32_t c = 0; c < kept[2]; ++c) {
                for (int32_t d = 0; d < kept[3]; ++d) {
                    const int32_t sum
                        = sum_from(input + a * strides[0] + b * strides[1] + c * strides[2] + d,
                            parameters, strides);
                    const int32_t scaled
                        = mcuprof_requantize(sum, parameters->multiplier, parameters->shift);
                    const int32_t value = mcuprof_rounding_divide(scaled, parameters->divisor)
                        + parameters->output_offset;
                    *output++ = (ELEMENT)mcuprof_clamp(
                        value, parameters->activation_min, parameters->activation_max);
                }
            }
        }
    }
}
