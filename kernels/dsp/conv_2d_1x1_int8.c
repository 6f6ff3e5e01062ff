// SPDX-License-Identifier: MIT
#include "mcuprof_dsp_matrix.h"

// A 1x1 convolution is a matrix product: the pixels, as they lie, are the windows.
void mcuprof_dsp_conv_2d_1x1_int8(const struct mcuprof_convolution_parameters* parameters)
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
    const int32_t length = parameters->input_channels;
    const int32_t pixels
        = parameters->batches * parameters->output_height * parameters->output_width;
    const int8_t* input = parameters->input;
    int8_t* output = parameters->output;

    for (int32_t pair = 0; pair < pixels / 2; ++pair) {
        mcuprof_multiply_two_windows(input, parameters->weights, length, &stage, output);
        input += 2 * length;
        output += 2 * stage.output_channels;
    }
    if (pixels % 2)
        mcuprof_multiply_window(input, parameters->weights, length, &stage, output);
}
