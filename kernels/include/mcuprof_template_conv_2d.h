// SPDX-License-Identifier: MIT
// The body of the 8-bit CONV_2D kernels. A kernel defines KERNEL (its name), ELEMENT (int8_t or
// uint8_t) and WEIGHTS_OFFSET (an expression), then includes this.
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"
#include "mcuprof_window.h"

void KERNEL(const struct mcuprof_convolution_parameters* parameters)
{
    const ELEMENT* const weights = parameters->weights;
    const int32_t* const bias = parameters->bias;
    const int32_t channels = parameters->input_channels;
    const int32_t row_elements = parameters->input_width * channels;
    const int32_t kernel_row_elements = parameters->kernel_width * channels;
    const int32_t kernel_elements = parameters->kernel_height * kernel_row_elements;
    const int32_t input_offset = parameters->input_offset;
    const int32_t weights_offset = WEIGHTS_OFFSET;
    const ELEMENT* image = parameters->input;
    ELEMENT* output = parameters->output;

    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        for (int32_t y = 0; y < parameters->output_height; ++y) {
            const int32_t top = y * parameters->stride_height - parameters->padding_top;
            const struct mcuprof_taps rows = mcuprof_taps_inside(top, parameters->kernel_height,
                parameters->dilation_height, parameters->input_height);
            for (int32_t x = 0; x < parameters->output_width; ++x) {
                const int32_t left = x * parameters->stride_width - parameters->padding_left;
                const struct mcuprof_taps columns = mcuprof_taps_inside(left,
                    parameters->kernel_width, parameters->dilation_width, parameters->input_width);
                for (int32_t o = 0; o < parameters->output_channels; ++o) {
                    int32_t sum = bias ? bias[o] : 0;
                    for (int32_t ky = rows.first; ky < rows.end; ++ky) {
                        const ELEMENT* const input_row
                            = image + (top + ky * parameters->dilation_height) * row_elements;
                        const ELEMENT* const weights_row
                            = weights + o * kernel_elements + ky * kernel_row_elements;
                        for (int32_t kx = columns.first; kx < columns.end; ++kx) {
                            const ELEMENT* const pixel
                                = input_row + (left + kx * parameters->dilation_width) * channels;
                            const ELEMENT* const tap = weights_row + kx * channels;
                            for (int32_t i = 0; i < channels; ++i)
                                sum += (pixel[i] + input_offset) * (tap[i] + weights_offset);
                        }
                    }
                    const int32_t value
                        = mcuprof_requantize(sum, parameters->multiplier[o], parameters->shift[o])
                        + parameters->output_offset;
                    *output++ = (ELEMENT)mcuprof_clamp(
                        value, parameters->activation_min, parameters->activation_max);
                }
            }
        }
        image += parameters->input_height * row_elements;
    }
}
