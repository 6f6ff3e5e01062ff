// SPDX-License-Identifier: MIT
#include "mcuprof_dsp.h"
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"
#include "mcuprof_window.h"

// Byte by byte the larger one: SSUB8 notes where the difference is not negative, SEL picks by these
// notes.
static uint32_t larger_bytes(uint32_t a, uint32_t b)
{
    __ssub8((int8x4_t)a, (int8x4_t)b);
    return __sel(a, b);
}

// output[i] = the larger of output[i] and pixel[i].
static void take_pixel(int8_t* output, const int8_t* pixel, int32_t channels)
{
    int32_t i = 0;
    for (; i < channels - 3; i += 4)
        mcuprof_store_word(
            output + i, larger_bytes(mcuprof_load_word(output + i), mcuprof_load_word(pixel + i)));
    for (; i < channels; ++i)
        output[i] = pixel[i] > output[i] ? pixel[i] : output[i];
}

static void clamp_pixel(int8_t* output, const struct mcuprof_pool_parameters* parameters)
{
    if (parameters->activation_min == INT8_MIN && parameters->activation_max == INT8_MAX)
        return;
    for (int32_t i = 0; i < parameters->channels; ++i)
        output[i] = (int8_t)mcuprof_clamp(
            output[i], parameters->activation_min, parameters->activation_max);
}

void mcuprof_dsp_max_pool_2d_int8(const struct mcuprof_pool_parameters* parameters)
{
    const int32_t channels = parameters->channels;
    const int32_t row_elements = parameters->input_width * channels;
    const int8_t* image = parameters->input;
    int8_t* output = parameters->output;

    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        for (int32_t y = 0; y < parameters->output_height; ++y) {
            const int32_t top = y * parameters->stride_height - parameters->padding_top;
            const struct mcuprof_taps rows
                = mcuprof_taps_inside(top, parameters->kernel_height, 1, parameters->input_height);
            for (int32_t x = 0; x < parameters->output_width; ++x) {
                const int32_t left = x * parameters->stride_width - parameters->padding_left;
                const struct mcuprof_taps columns = mcuprof_taps_inside(
                    left, parameters->kernel_width, 1, parameters->input_width);
                memset(output, INT8_MIN, (size_t)channels);
                for (int32_t ky = rows.first; ky < rows.end; ++ky) {
                    const int8_t* pixel
                        = image + (top + ky) * row_elements + (left + columns.first) * channels;
                    for (int32_t kx = columns.first; kx < columns.end; ++kx) {
                        take_pixel(output, pixel, channels);
                        pixel += channels;
                    }
                }
                clamp_pixel(output, parameters);
                output += channels;
            }
        }
        image += parameters->input_height * row_elements;
    }
}
