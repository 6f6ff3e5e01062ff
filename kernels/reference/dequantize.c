// SPDX-License-Identifier: MIT
#include "mcuprof_element.h"

// The difference has at most 17 bits, so the product is rounded once, as if it were computed in
// double precision.
void mcuprof_reference_dequantize(const struct mcuprof_dequantize_parameters* parameters)
{
    const int32_t element = parameters->input_element;
    for (int32_t i = 0; i < parameters->elements; ++i)
        parameters->output[i] = parameters->scale
            * (float)(mcuprof_load(parameters->input, i, element) - parameters->zero_point);
}
