// SPDX-License-Identifier: MIT
#include "mcuprof_element.h"
#include "mcuprof_requantize.h"

// To the nearest integer, halves away from zero; what no element type can hold is cut off, NaN is
// 0.
static int32_t rounded(float value)
{
    const float beyond = 1 << 20;
    if (!(value > -beyond))
        return value <= -beyond ? -(1 << 20) : 0;
    if (value >= beyond)
        return 1 << 20;
    const int32_t truncated = (int32_t)value;
    const float rest = value - (float)truncated; // exact
    return truncated + (rest >= 0.5f) - (rest <= -0.5f);
}

void mcuprof_reference_quantize(const struct mcuprof_quantize_parameters* parameters)
{
    const int32_t element = parameters->output_element;
    const int32_t smallest = mcuprof_smallest(element);
    const int32_t largest = mcuprof_largest(element);
    for (int32_t i = 0; i < parameters->elements; ++i) {
        const int32_t value
            = rounded(parameters->input[i] / parameters->scale) + parameters->zero_point;
        mcuprof_store(parameters->output, i, element, mcuprof_clamp(value, smallest, largest));
    }
}
