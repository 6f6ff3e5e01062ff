// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"

// int16 activations have zero point 0, so there is no input offset.
void mcuprof_reference_fully_connected_int16(
    const struct mcuprof_fully_connected_parameters* parameters)
{
    const int32_t input_channels = parameters->input_channels;
    const int16_t* input = parameters->input;
    int16_t* output = parameters->output;

    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        const int8_t* weights = parameters->weights;
        for (int32_t o = 0; o < parameters->output_channels; ++o) {
            int64_t sum = mcuprof_bias(parameters->bias, parameters->bias_bits, o);
            for (int32_t i = 0; i < input_channels; ++i)
                sum += input[i] * weights[i];
            weights += input_channels;
            const int32_t value = mcuprof_requantize_sum(sum, parameters->bias_bits,
                                      parameters->multiplier[o], parameters->shift[o])
                + parameters->output_offset;
            *output++ = (int16_t)mcuprof_clamp(
                value, parameters->activation_min, parameters->activation_max);
        }
        input += input_channels;
    }
}
