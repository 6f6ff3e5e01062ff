// SPDX-License-Identifier: MIT
// The body of the 8-bit DEPTHWISE_CONV_2D kernels that may write over their input. A kernel defines
// KERNEL (its name), ELEMENT (int8_t or uint8_t) and WEIGHTS_OFFSET (an expression), then includes
// this.
//
// One channel after the other: its plane is copied aside, and the results go where it was. Pixel n of
// the output lies on pixel n of the input, whose value in this channel is no longer needed, so the
// output may begin at the input's address if it has no more pixels. One output channel an input
// channel only.
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"
#include "mcuprof_window.h"

void KERNEL(const struct mcuprof_convolution_parameters* parameters)
{
    const ELEMENT* const weights = parameters->weights;
    const int32_t* const bias = parameters->bias;
    const int32_t channels = parameters->input_channels;
    const int32_t width = parameters->input_width;
    const int32_t pixels = parameters->input_height * width;
    const int32_t output_pixels = parameters->output_height * parameters->output_width;
    const int32_t input_offset = parameters->input_offset;
    const int32_t weights_offset = WEIGHTS_OFFSET;
    const ELEMENT* image = parameters->input;
    ELEMENT* result = parameters->output;
    ELEMENT* const plane = parameters->scratch;

    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        for (int32_t channel = 0; channel < channels; ++channel) {
            for (int32_t i = 0; i < pixels; ++i)
                plane[i] = image[i * channels + channel];
            ELEMENT* output = result + channel;
            for (int32_t y = 0; y < parameters->output_height; ++y) {
                const int32_t top = y * parameters->stride_height - parameters->padding_top;
                const struct mcuprof_taps rows = mcuprof_taps_inside(top, parameters->kernel_height,
                    parameters->dilation_height, parameters->input_height);
                for (int32_t x = 0; x < parameters->output_width; ++x) {
                    const int32_t left = x * parameters->stride_width - parameters->padding_left;
                    const struct mcuprof_taps columns = mcuprof_taps_inside(
                        left, parameters->kernel_width, parameters->dilation_width, width);
                    int32_t sum = bias ? bias[channel] : 0;
                    for (int32_t ky = rows.first; ky < rows.end; ++ky) {
                        const ELEMENT* pixel = plane
                            + (top + ky * parameters->dilation_height) * width + left
                            + columns.first * parameters->dilation_width;
                        const ELEMENT* tap = weights
                            + (ky * parameters->kernel_width + columns.first) * channels + channel;
                        for (int32_t kx = columns.first; kx < columns.end; ++kx) {
                            sum += (*pixel + input_offset) * (*tap + weights_offset);
                            pixel += parameters->dilation_width;
                            tap += channels;
                        }
                    }
                    const int32_t value = mcuprof_requantize(sum, parameters->multiplier[channel],
                                              parameters->shift[channel])
                        + parameters->output_offset;
                    *output = (ELEMENT)mcuprof_clamp(
                        value, parameters->activation_min, parameters->activation_max);
                    output += channels;
                }
            }
        }
        image += pixels * channels;
        result += output_pixels * channels;
    }
}
