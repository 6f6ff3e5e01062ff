// SPDX-License-Identifier: MIT
#pragma once

#include "mcuprof_specialized_conv_2d.h"

// FULLY_CONNECTED with int8, and CONV_2D 1x1 of a single pixel, for cores with the DSP extension.
// Weights are in the order "fours" and used where they lie: each once.
//
// Needs: input channels a multiple of four, all shifts to the right, sums below 2^30; `folded_bias`
// doubled and `shift` to the right.
MCUPROF_TEMPLATE void mcuprof_specialized_conv_2d_pixels(
    const struct mcuprof_convolution_parameters* parameters)
{
    const int8_t* input = parameters->input;
    int8_t* output = parameters->output;
    int32_t batch = parameters->batches;
    do {
        const int8_t* weights = parameters->weights;
        int32_t channel = 0;
        do {
            const struct mcuprof_sums_4 start
                = mcuprof_start_four(parameters, channel, parameters->folded_bias);
            struct mcuprof_sums_4 sums = {0, 0, 0, 0};
            const int8_t* activations = input;
            mcuprof_multiply_1x4_narrow(
                &activations, &weights, parameters->input_channels / 4, &sums);
            sums.channel_0 = start.channel_0 + 2 * sums.channel_0;
            sums.channel_1 = start.channel_1 + 2 * sums.channel_1;
            sums.channel_2 = start.channel_2 + 2 * sums.channel_2;
            sums.channel_3 = start.channel_3 + 2 * sums.channel_3;
            mcuprof_store_four(parameters, channel, sums, output);
            channel += 4;
        } while (channel < parameters->output_channels);
        input += parameters->input_channels;
        output += parameters->output_channels;
    } while (--batch > 0);
}

MCUPROF_TEMPLATE void mcuprof_specialized_fully_connected(
    const struct mcuprof_fully_connected_parameters* parameters)
{
    const struct mcuprof_convolution_parameters shape = {
        .batches = parameters->batches,
        .input_channels = parameters->input_channels,
        .output_channels = parameters->output_channels,
        .output_offset = parameters->output_offset,
        .activation_min = parameters->activation_min,
        .activation_max = parameters->activation_max,
        .input = parameters->input,
        .weights = parameters->weights,
        .folded_bias = parameters->folded_bias,
        .multiplier = parameters->multiplier,
        .shift = parameters->shift,
        .output = parameters->output,
    };
    mcuprof_specialized_conv_2d_pixels(&shape);
}
