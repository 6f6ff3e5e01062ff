// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"

void mcuprof_reference_lookup(const struct mcuprof_lookup_parameters* parameters)
{
    const uint8_t* const table = parameters->table;
    const uint8_t* const input = parameters->input;
    uint8_t* const output = parameters->output;
    for (int32_t i = 0; i < parameters->elements; ++i)
        output[i] = table[input[i]];
}
