// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"

// TensorFlow Lite interpolates uint8 in single precision; the order of the operations is its order,
// and the compiler must not contract them into fused ones (-ffp-contract=off).

struct position {
    int32_t lower;
    int32_t upper;
    float fraction;
};

static float scale_of(int32_t input_size, int32_t output_size, int32_t align_corners)
{
    if (align_corners && output_size > 1)
        return (float)(input_size - 1) / (float)(output_size - 1);
    return (float)input_size / (float)output_size;
}

static struct position position_of(
    int32_t index, float scale, int32_t input_size, int32_t half_pixel_centers)
{
    const float scaled
        = half_pixel_centers ? ((float)index + 0.5f) * scale - 0.5f : (float)index * scale;
    const int32_t truncated = (int32_t)scaled;
    const int32_t floor = (float)truncated > scaled ? truncated - 1 : truncated;
    const int32_t ceiling = (float)truncated < scaled ? truncated + 1 : truncated;
    struct position position;
    position.lower = floor > 0 ? floor : 0;
    position.upper = ceiling < input_size - 1 ? ceiling : input_size - 1;
    position.fraction = scaled - (float)position.lower;
    return position;
}

void mcuprof_reference_resize_bilinear_uint8(
    const struct mcuprof_resize_bilinear_parameters* parameters)
{
    const int32_t channels = parameters->channels;
    const int32_t row_elements = parameters->input_width * channels;
    const float row_scale
        = scale_of(parameters->input_height, parameters->output_height, parameters->align_corners);
    const float column_scale
        = scale_of(parameters->input_width, parameters->output_width, parameters->align_corners);
    const uint8_t* image = parameters->input;
    uint8_t* output = parameters->output;

    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        for (int32_t y = 0; y < parameters->output_height; ++y) {
            const struct position row = position_of(
                y, row_scale, parameters->input_height, parameters->half_pixel_centers);
            const uint8_t* const lower_row = image + row.lower * row_elements;
            const uint8_t* const upper_row = image + row.upper * row_elements;
            for (int32_t x = 0; x < parameters->output_width; ++x) {
                const struct position column = position_of(
                    x, column_scale, parameters->input_width, parameters->half_pixel_centers);
                for (int32_t c = 0; c < channels; ++c) {
                    const int32_t left = column.lower * channels + c;
                    const int32_t right = column.upper * channels + c;
                    const float value = lower_row[left] * (1 - row.fraction) * (1 - column.fraction)
                        + upper_row[left] * row.fraction * (1 - column.fraction)
                        + lower_row[right] * (1 - row.fraction) * column.fraction
                        + upper_row[right] * row.fraction * column.fraction + 0.5f;
                    *output++ = (uint8_t)value;
                }
            }
        }
        image += parameters->input_height * row_elements;
    }
}
