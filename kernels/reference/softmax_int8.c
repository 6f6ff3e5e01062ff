// SPDX-License-Identifier: MIT
#include <stdint.h>

#define KERNEL mcuprof_reference_softmax_int8
#define ELEMENT int8_t
#define SMALLEST INT8_MIN
#define LARGEST INT8_MAX
#include "mcuprof_template_softmax.h"
