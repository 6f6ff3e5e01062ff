// SPDX-License-Identifier: MIT
#include "mcuprof_small_matrix.h"
#include "mcuprof_window.h"

#include <string.h>

// One row of a window whose corner is at column `left`: where it lies in the input, or a copy of
// it in `line` where it is in the padding or dilated. Padding is the zero point, which the folded
// bias turns into nothing.
static const int8_t* window_row(const int8_t* image, int32_t y, int32_t left,
    const struct mcuprof_convolution_parameters* parameters, int8_t* line)
{
    const int32_t channels = parameters->input_channels;
    const int32_t dilation = parameters->dilation_width;
    const int8_t* const row = image + y * parameters->input_width * channels;
    const int inside = y >= 0 && y < parameters->input_height;
    if (inside && dilation == 1 && left >= 0
        && left + parameters->kernel_width <= parameters->input_width)
        return row + left * channels;
    memset(line, -parameters->input_offset, (size_t)(parameters->kernel_width * channels));
    if (inside) {
        const struct mcuprof_taps columns = mcuprof_taps_inside(
            left, parameters->kernel_width, dilation, parameters->input_width);
        if (dilation == 1) {
            memcpy(line + columns.first * channels, row + (left + columns.first) * channels,
                (size_t)((columns.end - columns.first) * channels));
        } else {
            for (int32_t kx = columns.first; kx < columns.end; ++kx)
                memcpy(line + kx * channels, row + (left + kx * dilation) * channels,
                    (size_t)channels);
        }
    }
    return line;
}

// The next windows, 1 to 4, as words; the corner of each is in `top` and `left`.
static __attribute__((noinline)) void pack_windows(const int8_t* image, const int32_t* top,
    const int32_t* left, int32_t windows, const struct mcuprof_convolution_parameters* parameters,
    int32_t* words, int8_t* lines)
{
    const int32_t length = parameters->kernel_width * parameters->input_channels;
    for (int32_t ky = 0; ky < parameters->kernel_height; ++ky) {
        const int8_t* row[4];
        for (int32_t i = 0; i < 4; ++i) {
            const int32_t now = i < windows ? i : windows - 1;
            row[i] = i < windows ? window_row(image, top[now] + ky * parameters->dilation_height,
                         left[now], parameters, lines + i * length)
                                 : row[now];
        }
        if (windows > 2) {
            const int8_t *const row_0 = row[0], *const row_1 = row[1], *const row_2 = row[2],
                                *const row_3 = row[3];
            for (int32_t i = 0; i < length; ++i) {
                words[0] = row_0[i] + row_1[i] * 65536;
                words[1] = row_2[i] + row_3[i] * 65536;
                words += 2;
            }
        } else {
            const int8_t *const row_0 = row[0], *const row_1 = row[1];
            for (int32_t i = 0; i < length; ++i)
                *words++ = row_0[i] + row_1[i] * 65536;
        }
    }
}

void mcuprof_small_conv_2d_int8(const struct mcuprof_convolution_parameters* parameters)
{
    const struct mcuprof_small_output stages = {
        .folded_bias = parameters->folded_bias,
        .multiplier = parameters->multiplier,
        .shift = parameters->shift,
        .offset = parameters->output_offset,
        .smallest = parameters->activation_min,
        .largest = parameters->activation_max,
        .channels = parameters->output_channels,
    };
    const int32_t length
        = parameters->kernel_height * parameters->kernel_width * parameters->input_channels;
    const int32_t pixels = parameters->output_height * parameters->output_width;
    int32_t* const words = parameters->scratch;
    int8_t* const lines = (int8_t*)(words + 2 * length);
    const int8_t* image = parameters->input;
    int8_t* output = parameters->output;

    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        int32_t x = 0, y = 0;
        for (int32_t pixel = 0; pixel < pixels; pixel += 4) {
            const int32_t windows = pixels - pixel < 4 ? pixels - pixel : 4;
            int32_t top[4], left[4];
            for (int32_t i = 0; i < windows; ++i) {
                top[i] = y * parameters->stride_height - parameters->padding_top;
                left[i] = x * parameters->stride_width - parameters->padding_left;
                if (++x == parameters->output_width) {
                    x = 0;
                    ++y;
                }
            }
            pack_windows(image, top, left, windows, parameters, words, lines);
            mcuprof_small_multiply_windows(
                words, windows, parameters->weights, length, &stages, output);
            output += windows * stages.channels;
        }
        image += parameters->input_height * parameters->input_width * parameters->input_channels;
    }
}
