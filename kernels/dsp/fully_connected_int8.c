// SPDX-License-Identifier: MIT
#include "mcuprof_dsp_matrix.h"

void mcuprof_dsp_fully_connected_int8(const struct mcuprof_fully_connected_parameters* parameters)
{
    const struct mcuprof_output_stage stage = {
        .folded_bias = parameters->folded_bias,
        .multiplier = parameters->multiplier,
        .shift = parameters->shift,
        .output_offset = parameters->output_offset,
        .activation_min = parameters->activation_min,
        .activation_max = parameters->activation_max,
        .narrow = parameters->activation_min > INT8_MIN || parameters->activation_max < INT8_MAX,
        .output_channels = parameters->output_channels,
    };
    const int8_t* input = parameters->input;
    int8_t* output = parameters->output;
    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        mcuprof_multiply_window(
            input, parameters->weights, parameters->input_channels, &stage, output);
        input += parameters->input_channels;
        output += parameters->output_channels;
    }
}
