// SPDX-License-Identifier: MIT
#include "mcuprof_dsp.h"
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"
#include "mcuprof_window.h"

struct window {
    const int8_t* corner; // the first element inside the input, channel 0
    int32_t rows;
    int32_t columns;
    int32_t row_elements;
    int32_t channels;
};

static int8_t average(int32_t sum, int32_t count, const struct mcuprof_pool_parameters* parameters)
{
    return (int8_t)mcuprof_clamp(mcuprof_rounding_divide(sum, count), parameters->activation_min,
        parameters->activation_max);
}

// Sums of int8 fit into int16 up to 256 of them; then the pairs are emptied into 32 bits.
static void four_channels(const struct window* window, int32_t channel,
    const struct mcuprof_pool_parameters* parameters, int8_t* output)
{
    int32_t sums[4] = {0, 0, 0, 0};
    int16x2_t even = 0, odd = 0;
    int32_t room = 256;
    for (int32_t row = 0; row < window->rows; ++row) {
        const int8_t* element = window->corner + row * window->row_elements + channel;
        int32_t left = window->columns;
        while (left > 0) {
            const int32_t now = left < room ? left : room;
            for (int32_t column = now; column > 0; --column) {
                const uint32_t word = mcuprof_load_word(element);
                element += window->channels;
                even = mcuprof_add_even_bytes(even, word);
                odd = mcuprof_add_odd_bytes(odd, word);
            }
            left -= now;
            room -= now;
            if (room == 0 || (left == 0 && row == window->rows - 1)) {
                sums[0] += mcuprof_low(even);
                sums[1] += mcuprof_low(odd);
                sums[2] += mcuprof_high(even);
                sums[3] += mcuprof_high(odd);
                even = odd = 0;
                room = 256;
            }
        }
    }
    for (int32_t i = 0; i < 4; ++i)
        output[channel + i] = average(sums[i], window->rows * window->columns, parameters);
}

static void one_channel(const struct window* window, int32_t channel,
    const struct mcuprof_pool_parameters* parameters, int8_t* output)
{
    int32_t sum = 0;
    for (int32_t row = 0; row < window->rows; ++row) {
        const int8_t* element = window->corner + row * window->row_elements + channel;
        for (int32_t column = window->columns; column > 0; --column) {
            sum += *element;
            element += window->channels;
        }
    }
    output[channel] = average(sum, window->rows * window->columns, parameters);
}

void mcuprof_dsp_average_pool_2d_int8(const struct mcuprof_pool_parameters* parameters)
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
                const struct window window = {
                    .corner
                    = image + (top + rows.first) * row_elements + (left + columns.first) * channels,
                    .rows = rows.end - rows.first,
                    .columns = columns.end - columns.first,
                    .row_elements = row_elements,
                    .channels = channels,
                };
                int32_t channel = 0;
                for (; channel < channels - 3; channel += 4)
                    four_channels(&window, channel, parameters, output);
                for (; channel < channels; ++channel)
                    one_channel(&window, channel, parameters, output);
                output += channels;
            }
        }
        image += parameters->input_height * row_elements;
    }
}
