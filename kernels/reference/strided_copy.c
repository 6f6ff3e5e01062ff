// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"

#include <string.h>

void mcuprof_reference_strided_copy(const struct mcuprof_strided_copy_parameters* parameters)
{
    const int32_t* const shape = parameters->output_shape;
    const int32_t* const steps = parameters->steps;
    const int32_t bytes = parameters->element_bytes;
    const uint8_t* const first = (const uint8_t*)parameters->input + parameters->first * bytes;
    uint8_t* output = parameters->output;

    for (int32_t a = 0; a < shape[0]; ++a) {
        for (int32_t b = 0; b < shape[1]; ++b) {
            for (int32_t c = 0; c < shape[2]; ++c) {
                const uint8_t* element
                    = first + (a * steps[0] + b * steps[1] + c * steps[2]) * bytes;
                if (steps[3] == 1) {
                    memcpy(output, element, (size_t)(shape[3] * bytes));
                    output += shape[3] * bytes;
                    continue;
                }
                for (int32_t d = 0; d < shape[3]; ++d) {
                    for (int32_t i = 0; i < bytes; ++i)
                        *output++ = element[i];
                    element += steps[3] * bytes;
                }
            }
        }
    }
}
