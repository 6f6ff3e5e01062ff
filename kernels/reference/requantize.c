// SPDX-License-Identifier: MIT
#include "mcuprof_element.h"
#include "mcuprof_requantize.h"

void mcuprof_reference_requantize(const struct mcuprof_requantize_parameters* parameters)
{
    const int32_t input_element = parameters->input_element;
    const int32_t output_element = parameters->output_element;
    for (int32_t i = 0; i < parameters->elements; ++i) {
        const int32_t stored
            = mcuprof_load(parameters->input, i, input_element) + parameters->input_offset;
        const int32_t value = mcuprof_requantize(stored, parameters->multiplier, parameters->shift)
            + parameters->output_offset;
        mcuprof_store(parameters->output, i, output_element,
            mcuprof_clamp(value, parameters->activation_min, parameters->activation_max));
    }
}
