// SPDX-License-Identifier: MIT
#include <stdint.h>

#define KERNEL mcuprof_reference_softmax_uint8
#define ELEMENT uint8_t
#define SMALLEST 0
#define LARGEST UINT8_MAX
#include "mcuprof_template_softmax.h"
