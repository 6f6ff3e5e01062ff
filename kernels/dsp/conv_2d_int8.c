// SPDX-License-Identifier: MIT
#include "mcuprof_dsp_matrix.h"
#include "mcuprof_window.h"

// Copies the input below the kernel, when the window's corner is at (top, left), to `window` in the
// order of the weights. Where the window is in the padding it gets the zero point, which the folded
// bias turns into nothing.
static int8_t* copy_window(const int8_t* image, int32_t top, int32_t left,
    const struct mcuprof_convolution_parameters* parameters, int8_t* window)
{
    const int32_t channels = parameters->input_channels;
    const int32_t row_elements = parameters->input_width * channels;
    const int32_t kernel_row_elements = parameters->kernel_width * channels;
    const int32_t dilation = parameters->dilation_width;
    const int8_t zero_point = (int8_t)-parameters->input_offset;
    const struct mcuprof_taps rows = mcuprof_taps_inside(
        top, parameters->kernel_height, parameters->dilation_height, parameters->input_height);
    const struct mcuprof_taps columns
        = mcuprof_taps_inside(left, parameters->kernel_width, dilation, parameters->input_width);
    const int32_t before = columns.first * channels;
    const int32_t inside = (columns.end - columns.first) * channels;

    for (int32_t ky = 0; ky < parameters->kernel_height; ++ky) {
        if (ky < rows.first || ky >= rows.end) {
            memset(window, zero_point, (size_t)kernel_row_elements);
        } else {
            const int8_t* pixel = image + (top + ky * parameters->dilation_height) * row_elements
                + (left + columns.first * dilation) * channels;
            if (inside < kernel_row_elements)
                memset(window, zero_point, (size_t)kernel_row_elements);
            if (dilation == 1) {
                memcpy(window + before, pixel, (size_t)inside);
            } else {
                for (int32_t kx = columns.first; kx < columns.end; ++kx) {
                    memcpy(window + kx * channels, pixel, (size_t)channels);
                    pixel += dilation * channels;
                }
            }
        }
        window += kernel_row_elements;
    }
    return window;
}

// The windows of two output pixels are copied to the scratch buffer and multiplied with all
// weights.
void mcuprof_dsp_conv_2d_int8(const struct mcuprof_convolution_parameters* parameters)
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
    const int32_t length
        = parameters->kernel_height * parameters->kernel_width * parameters->input_channels;
    int8_t* const windows = parameters->scratch;
    int8_t* const both = windows + 2 * length;
    int8_t* end = windows;
    const int8_t* image = parameters->input;
    int8_t* output = parameters->output;

    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        int32_t top = -parameters->padding_top;
        for (int32_t y = 0; y < parameters->output_height; ++y) {
            int32_t left = -parameters->padding_left;
            for (int32_t x = 0; x < parameters->output_width; ++x) {
                end = copy_window(image, top, left, parameters, end);
                if (end == both) {
                    mcuprof_multiply_two_windows(
                        windows, parameters->weights, length, &stage, output);
                    output += 2 * stage.output_channels;
                    end = windows;
                }
                left += parameters->stride_width;
            }
            top += parameters->stride_height;
        }
        image += parameters->input_height * parameters->input_width * parameters->input_channels;
    }
    if (end != windows)
        mcuprof_multiply_window(windows, parameters->weights, length, &stage, output);
}
