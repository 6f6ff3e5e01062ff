// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"

#include <string.h>

void mcuprof_reference_copy(const struct mcuprof_copy_parameters* parameters)
{
    if (parameters->output != parameters->input)
        memcpy(parameters->output, parameters->input, (size_t)parameters->bytes);
}
