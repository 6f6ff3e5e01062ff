// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"

#include <string.h>

void mcuprof_reference_concatenation(const struct mcuprof_concatenation_parameters* parameters)
{
    uint8_t* output = parameters->output;
    for (int32_t step = 0; step < parameters->outer; ++step) {
        for (int32_t i = 0; i < parameters->input_count; ++i) {
            const struct mcuprof_concatenation_input* const input = &parameters->inputs[i];
            const uint8_t* const piece = (const uint8_t*)input->data + step * input->piece_bytes;
            if (input->table) {
                for (int32_t j = 0; j < input->piece_bytes; ++j)
                    output[j] = input->table[piece[j]];
            } else {
                memcpy(output, piece, (size_t)input->piece_bytes);
            }
            output += input->piece_bytes;
        }
    }
}
