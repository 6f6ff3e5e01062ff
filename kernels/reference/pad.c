// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"

#include <string.h>

static void fill(uint8_t* output, int32_t elements, const struct mcuprof_pad_parameters* parameters)
{
    if (parameters->element_bytes == 1) {
        memset(output, parameters->value, (size_t)elements);
        return;
    }
    for (int32_t i = 0; i < elements; ++i) // little-endian: the low bytes come first
        memcpy(output + i * parameters->element_bytes, &parameters->value,
            (size_t)parameters->element_bytes);
}

// Whether output index `index` of dimension `dimension` lies beside the input.
static int outside(
    int32_t index, int32_t dimension, const struct mcuprof_pad_parameters* parameters)
{
    const int32_t first = parameters->before[dimension];
    return index < first || index >= first + parameters->input_shape[dimension];
}

void mcuprof_reference_pad(const struct mcuprof_pad_parameters* parameters)
{
    const int32_t* const shape = parameters->output_shape;
    const int32_t bytes = parameters->element_bytes;
    const int32_t before = parameters->before[3];
    const int32_t inside = parameters->input_shape[3];
    const int32_t after = shape[3] - before - inside;
    const uint8_t* input = parameters->input;
    uint8_t* output = parameters->output;

    for (int32_t a = 0; a < shape[0]; ++a) {
        for (int32_t b = 0; b < shape[1]; ++b) {
            for (int32_t c = 0; c < shape[2]; ++c) {
                if (outside(a, 0, parameters) || outside(b, 1, parameters)
                    || outside(c, 2, parameters)) {
                    fill(output, shape[3], parameters);
                } else {
                    fill(output, before, parameters);
                    memcpy(output + before * bytes, input, (size_t)(inside * bytes));
                    fill(output + (before + inside) * bytes, after, parameters);
                    input += inside * bytes;
                }
                output += shape[3] * bytes;
            }
        }
    }
}
