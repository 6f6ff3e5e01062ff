// SPDX-License-Identifier: MIT
// The loops of AVERAGE_POOL_2D and MAX_POOL_2D. A kernel defines KERNEL (its name), ELEMENT (its
// type), START (what an empty window holds), TAKE(accumulator, element) and FINISH(accumulator,
// count), then includes this.
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"
#include "mcuprof_window.h"

void KERNEL(const struct mcuprof_pool_parameters* parameters)
{
    const int32_t channels = parameters->channels;
    const int32_t row_elements = parameters->input_width * channels;
    const ELEMENT* image = parameters->input;
    ELEMENT* output = parameters->output;

    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        for (int32_t y = 0; y < parameters->output_height; ++y) {
            const int32_t top = y * parameters->stride_height - parameters->padding_top;
            const struct mcuprof_taps rows
                = mcuprof_taps_inside(top, parameters->kernel_height, 1, parameters->input_height);
            for (int32_t x = 0; x < parameters->output_width; ++x) {
                const int32_t left = x * parameters->stride_width - parameters->padding_left;
                const struct mcuprof_taps columns = mcuprof_taps_inside(
                    left, parameters->kernel_width, 1, parameters->input_width);
                const int32_t count = (rows.end - rows.first) * (columns.end - columns.first);
                (void)count;
                for (int32_t c = 0; c < channels; ++c) {
                    int32_t accumulator = START;
                    for (int32_t ky = rows.first; ky < rows.end; ++ky) {
                        const ELEMENT* element = image + (top + ky) * row_elements
                            + (left + columns.first) * channels + c;
                        for (int32_t kx = columns.first; kx < columns.end; ++kx) {
                            accumulator = TAKE(accumulator, *element);
                            element += channels;
                        }
                    }
                    *output++ = (ELEMENT)mcuprof_clamp(FINISH(accumulator, count),
                        parameters->activation_min, parameters->activation_max);
                }
            }
        }
        image += parameters->input_height * row_elements;
    }
}
