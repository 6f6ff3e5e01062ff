// SPDX-License-Identifier: MIT
// The body of the 8-bit FULLY_CONNECTED kernels. A kernel defines KERNEL (its name), ELEMENT
// (int8_t or uint8_t) and then includes this.
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"

void KERNEL(const struct mcuprof_fully_connected_parameters* parameters)
{
    const int32_t* const bias = parameters->bias;
    const int32_t input_channels = parameters->input_channels;
    const int32_t input_offset = parameters->input_offset;
    const int32_t weights_offset = parameters->weights_offset;
    const ELEMENT* input = parameters->input;
    ELEMENT* output = parameters->output;

    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        const ELEMENT* weights = parameters->weights;
        for (int32_t o = 0; o < parameters->output_channels; ++o) {
            int32_t sum = bias ? bias[o] : 0;
            for (int32_t i = 0; i < input_channels; ++i)
                sum += (input[i] + input_offset) * (weights[i] + weights_offset);
            weights += input_channels;
            const int32_t value
                = mcuprof_requantize(sum, parameters->multiplier[o], parameters->shift[o])
                + parameters->output_offset;
            *output++ = (ELEMENT)mcuprof_clamp(
                value, parameters->activation_min, parameters->activation_max);
        }
        input += input_channels;
    }
}
