// SPDX-License-Identifier: MIT
#include "mcuprof_dsp.h"
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"
#include "mcuprof_window.h"

// Any kernel size, one output channel for each input channel: four channels of a pixel at a time.
// Taps in the padding are skipped.

struct taps {
    const int8_t* input; // the first tap inside the input, in the channel at hand
    const int8_t* weights;
    int32_t rows;
    int32_t columns;
    int32_t input_row_step;
    int32_t input_column_step;
    int32_t weights_row_step;
    int32_t channels; // from one tap's weights to the next
};

static inline int8_t finish(
    int32_t sum, int32_t channel, const struct mcuprof_convolution_parameters* parameters)
{
    const int32_t multiplier = parameters->multiplier[channel];
    const int32_t shift = parameters->shift[channel];
    const int32_t offset = parameters->output_offset;
    const int32_t value = __builtin_expect(shift < 0, 1)
        ? mcuprof_requantize_right(sum, multiplier, -shift, offset)
        : mcuprof_requantize(sum, multiplier, shift) + offset;
    return (int8_t)mcuprof_clamp(value, parameters->activation_min, parameters->activation_max);
}

static void four_channels(const struct taps* taps, int32_t channel,
    const struct mcuprof_convolution_parameters* parameters, int8_t* output)
{
    const int32_t* const bias = parameters->bias;
    const int16x2_t offsets = mcuprof_pair(parameters->input_offset, parameters->input_offset);
    int32_t sum_0 = 0, sum_1 = 0, sum_2 = 0, sum_3 = 0;
    if (bias) {
        sum_0 = bias[channel];
        sum_1 = bias[channel + 1];
        sum_2 = bias[channel + 2];
        sum_3 = bias[channel + 3];
    }
    const int8_t* input_row = taps->input + channel;
    const int8_t* weights_row = taps->weights + channel;
    for (int32_t row = 0; row < taps->rows; ++row) {
        const int8_t* pixel = input_row;
        const int8_t* tap = weights_row;
        for (int32_t column = taps->columns; column > 0; --column) {
            const uint32_t pixel_word = mcuprof_load_word(pixel);
            const uint32_t tap_word = mcuprof_load_word(tap);
            pixel += taps->input_column_step;
            tap += taps->channels;
            const int16x2_t pixel_even = mcuprof_add_even_bytes(offsets, pixel_word);
            const int16x2_t tap_even = mcuprof_even_bytes(tap_word);
            const int16x2_t pixel_odd = mcuprof_add_odd_bytes(offsets, pixel_word);
            const int16x2_t tap_odd = mcuprof_odd_bytes(tap_word);
            sum_0 = __smlabb(pixel_even, tap_even, sum_0);
            sum_1 = __smlabb(pixel_odd, tap_odd, sum_1);
            sum_2 = __smlatt(pixel_even, tap_even, sum_2);
            sum_3 = __smlatt(pixel_odd, tap_odd, sum_3);
        }
        input_row += taps->input_row_step;
        weights_row += taps->weights_row_step;
    }
    output[channel] = finish(sum_0, channel, parameters);
    output[channel + 1] = finish(sum_1, channel + 1, parameters);
    output[channel + 2] = finish(sum_2, channel + 2, parameters);
    output[channel + 3] = finish(sum_3, channel + 3, parameters);
}

static void one_channel(const struct taps* taps, int32_t channel,
    const struct mcuprof_convolution_parameters* parameters, int8_t* output)
{
    const int32_t* const bias = parameters->bias;
    const int32_t input_offset = parameters->input_offset;
    int32_t sum = bias ? bias[channel] : 0;
    for (int32_t row = 0; row < taps->rows; ++row) {
        const int8_t* pixel = taps->input + channel + row * taps->input_row_step;
        const int8_t* tap = taps->weights + channel + row * taps->weights_row_step;
        for (int32_t column = taps->columns; column > 0; --column) {
            sum += (*pixel + input_offset) * *tap;
            pixel += taps->input_column_step;
            tap += taps->channels;
        }
    }
    output[channel] = finish(sum, channel, parameters);
}

void mcuprof_dsp_depthwise_conv_2d_int8(const struct mcuprof_convolution_parameters* parameters)
{
    const int32_t channels = parameters->input_channels;
    const int32_t row_elements = parameters->input_width * channels;
    const int8_t* image = parameters->input;
    int8_t* output = parameters->output;

    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        for (int32_t y = 0; y < parameters->output_height; ++y) {
            const int32_t top = y * parameters->stride_height - parameters->padding_top;
            const struct mcuprof_taps rows = mcuprof_taps_inside(top, parameters->kernel_height,
                parameters->dilation_height, parameters->input_height);
            for (int32_t x = 0; x < parameters->output_width; ++x) {
                const int32_t left = x * parameters->stride_width - parameters->padding_left;
                const struct mcuprof_taps columns = mcuprof_taps_inside(left,
                    parameters->kernel_width, parameters->dilation_width, parameters->input_width);
                const struct taps taps = {
                    .input = image + (top + rows.first * parameters->dilation_height) * row_elements
                        + (left + columns.first * parameters->dilation_width) * channels,
                    .weights = (const int8_t*)parameters->weights
                        + (rows.first * parameters->kernel_width + columns.first) * channels,
                    .rows = rows.end - rows.first,
                    .columns = columns.end - columns.first,
                    .input_row_step = parameters->dilation_height * row_elements,
                    .input_column_step = parameters->dilation_width * channels,
                    .weights_row_step = parameters->kernel_width * channels,
                    .channels = channels,
                };
                int32_t channel = 0;
                for (; channel < channels - 3; channel += 4)
                    four_channels(&taps, channel, parameters, output);
                for (; channel < channels; ++channel)
                    one_channel(&taps, channel, parameters, output);
                output += channels;
            }
        }
        image += parameters->input_height * row_elements;
    }
}
