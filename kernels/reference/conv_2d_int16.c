// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"
#include "mcuprof_window.h"

// int16 activations have zero point 0, so there is no input offset.
void mcuprof_reference_conv_2d_int16(const struct mcuprof_convolution_parameters* parameters)
{
    const int8_t* const weights = parameters->weights;
    const int32_t channels = parameters->input_channels;
    const int32_t row_elements = parameters->input_width * channels;
    const int32_t kernel_row_elements = parameters->kernel_width * channels;
    const int32_t kernel_elements = parameters->kernel_height * kernel_row_elements;
    const int16_t* image = parameters->input;
    int16_t* output = parameters->output;

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
                    int64_t sum = mcuprof_bias(parameters->bias, parameters->bias_bits, o);
                    for (int32_t ky = rows.first; ky < rows.end; ++ky) {
                        const int16_t* const input_row
                            = image + (top + ky * parameters->dilation_height) * row_elements;
                        const int8_t* const weights_row
                            = weights + o * kernel_elements + ky * kernel_row_elements;
                        for (int32_t kx = columns.first; kx < columns.end; ++kx) {
                            const int16_t* const pixel
                                = input_row + (left + kx * parameters->dilation_width) * channels;
                            const int8_t* const tap = weights_row + kx * channels;
                            for (int32_t i = 0; i < channels; ++i)
                                sum += pixel[i] * tap[i];
                        }
                    }
                    const int32_t value = mcuprof_requantize_sum(sum, parameters->bias_bits,
                                              parameters->multiplier[o], parameters->shift[o])
                        + parameters->output_offset;
                    *output++ = (int16_t)mcuprof_clamp(
                        value, parameters->activation_min, parameters->activation_max);
                }
            }
        }
        image += parameters->input_height * row_elements;
    }
}
