// SPDX-License-Identifier: MIT
// The loops of ADD, SUB and MUL. A kernel defines KERNEL (its name), ELEMENT (its type) and
// COMBINE, a function `int32_t (int32_t first, int32_t second, const struct
// mcuprof_elementwise_parameters*)` from two stored values to the unclamped result, then includes
// this.
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"

void KERNEL(const struct mcuprof_elementwise_parameters* parameters)
{
    const ELEMENT* const input_1 = parameters->input_1;
    const ELEMENT* const input_2 = parameters->input_2;
    const int32_t* const shape = parameters->output_shape;
    const int32_t* const strides_1 = parameters->input_1_strides;
    const int32_t* const strides_2 = parameters->input_2_strides;
    ELEMENT* output = parameters->output;

    for (int32_t a = 0; a < shape[0]; ++a) {
        for (int32_t b = 0; b < shape[1]; ++b) {
            for (int32_t c = 0; c < shape[2]; ++c) {
                const ELEMENT* first
                    = input_1 + a * strides_1[0] + b * strides_1[1] + c * strides_1[2];
                const ELEMENT* second
                    = input_2 + a * strides_2[0] + b * strides_2[1] + c * strides_2[2];
                for (int32_t d = 0; d < shape[3]; ++d) {
                    const int32_t value = COMBINE(*first, *second, parameters);
                    *output++ = (ELEMENT)mcuprof_clamp(
                        value, parameters->activation_min, parameters->activation_max);
                    first += strides_1[3];
                    second += strides_2[3];
                }
            }
        }
    }
}
