// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"

#include <string.h>

void mcuprof_reference_split(const struct mcuprof_split_parameters* parameters)
{
    const uint8_t* input = parameters->input;
    for (int32_t step = 0; step < parameters->outer; ++step) {
        for (int32_t i = 0; i < parameters->output_count; ++i) {
            const struct mcuprof_split_output* const output = &parameters->outputs[i];
            memcpy((uint8_t*)output->data + step * output->piece_bytes, input,
                (size_t)output->piece_bytes);
            input += output->piece_bytes;
        }
    }
}
