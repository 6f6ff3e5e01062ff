// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"
#include "mcuprof_window.h"

// int16 activations have zero point 0, so there is no input offset.
void mcuprof_reference_depthwise_conv_2d_int16(
    const struct mcuprof_convolution_parameters* parameters)
{
    const int8_t* const weights = parameters->weights;
    const int32_t channels = parameters->input_channels;
    const int32_t output_channels = parameters->output_channels;
    const int32_t row_elements = parameters->input_width * channels;
    const int32_t input_step = parameters->dilation_width * channels;
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
                int32_t o = 0;
                for (int32_t i = 0; i < channels; ++i) {
                    for (int32_t copy = 0; copy < parameters->depth_multiplier; ++copy, ++o) {
                        int64_t sum = mcuprof_bias(parameters->bias, parameters->bias_bits, o);
                        for (int32_t ky = rows.first; ky < rows.end; ++ky) {
                            const int16_t* pixel = image
                                + (top + ky * parameters->dilation_height) * row_elements
                                + (left + columns.first * parameters->dilation_width) * channels
                                + i;
                            const int8_t* tap = weights
                                + (ky * parameters->kernel_width + columns.first) * output_channels
                                + o;
                            for (int32_t kx = columns.first; kx < columns.end; ++kx) {
                                sum += *pixel * *tap;
                                pixel += input_step;
                                tap += output_channels;
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
        }
        image += parameters->input_height * row_elements;
    }
}
