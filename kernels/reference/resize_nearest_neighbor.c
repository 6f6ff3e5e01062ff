// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"

#include <string.h>

void mcuprof_reference_resize_nearest_neighbor(
    const struct mcuprof_resize_nearest_neighbor_parameters* parameters)
{
    const int32_t pixel_bytes = parameters->pixel_bytes;
    const int32_t row_bytes = parameters->input_width * pixel_bytes;
    const uint8_t* image = parameters->input;
    uint8_t* output = parameters->output;

    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        for (int32_t y = 0; y < parameters->output_height; ++y) {
            const uint8_t* const row = image + parameters->source_row[y] * row_bytes;
            for (int32_t x = 0; x < parameters->output_width; ++x) {
                memcpy(
                    output, row + parameters->source_column[x] * pixel_bytes, (size_t)pixel_bytes);
                output += pixel_bytes;
            }
        }
        image += parameters->input_height * row_bytes;
    }
}
