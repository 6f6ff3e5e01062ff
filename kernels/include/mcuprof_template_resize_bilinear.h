// SPDX-License-Identifier: MIT
// The body of the RESIZE_BILINEAR kernels of signed types, in integers with 10 fractional bits. A
// kernel defines KERNEL (its name) and ELEMENT (its type), then includes this.
#include "mcuprof_kernels.h"

struct position {
    int32_t lower;
    int32_t upper;
    int32_t fraction; // of the way from lower to upper, in 1/1024; beyond both ends it is outside 0
                      // ... 1024
};

static int32_t scale_of(int32_t input_size, int32_t output_size, int32_t align_corners)
{
    if (align_corners && output_size > 1)
        return (1024 * (input_size - 1) + (output_size - 1) / 2) / (output_size - 1);
    return (1024 * input_size + output_size / 2) / output_size;
}

static struct position position_of(
    int32_t index, int32_t scale, int32_t input_size, int32_t half_pixel_centers)
{
    const int32_t scaled = index * scale + (half_pixel_centers ? scale / 2 - 512 : 0);
    struct position position;
    position.lower = scaled / 1024 > 0 ? scaled / 1024 : 0;
    position.upper
        = (scaled + 1023) / 1024 < input_size - 1 ? (scaled + 1023) / 1024 : input_size - 1;
    position.fraction = scaled - 1024 * position.lower;
    return position;
}

void KERNEL(const struct mcuprof_resize_bilinear_parameters* parameters)
{
    const int32_t channels = parameters->channels;
    const int32_t row_elements = parameters->input_width * channels;
    const int32_t row_scale
        = scale_of(parameters->input_height, parameters->output_height, parameters->align_corners);
    const int32_t column_scale
        = scale_of(parameters->input_width, parameters->output_width, parameters->align_corners);
    const ELEMENT* image = parameters->input;
    ELEMENT* output = parameters->output;

    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        for (int32_t y = 0; y < parameters->output_height; ++y) {
            const struct position row = position_of(
                y, row_scale, parameters->input_height, parameters->half_pixel_centers);
            const ELEMENT* const lower_row = image + row.lower * row_elements;
            const ELEMENT* const upper_row = image + row.upper * row_elements;
            for (int32_t x = 0; x < parameters->output_width; ++x) {
                const struct position column = position_of(
                    x, column_scale, parameters->input_width, parameters->half_pixel_centers);
                const int64_t lower_lower
                    = (int64_t)(1024 - row.fraction) * (1024 - column.fraction);
                const int64_t upper_lower = (int64_t)row.fraction * (1024 - column.fraction);
                const int64_t lower_upper = (int64_t)(1024 - row.fraction) * column.fraction;
                const int64_t upper_upper = (int64_t)row.fraction * column.fraction;
                for (int32_t c = 0; c < channels; ++c) {
                    const int32_t left = column.lower * channels + c;
                    const int32_t right = column.upper * channels + c;
                    const int64_t sum = lower_row[left] * lower_lower
                        + upper_row[left] * upper_lower + lower_row[right] * lower_upper
                        + upper_row[right] * upper_upper;
                    *output++ = (ELEMENT)((sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20));
                }
            }
        }
        image += parameters->input_height * row_elements;
    }
}
