// SPDX-License-Identifier: MIT
#include "mcuprof_elementwise.h"

#define KERNEL mcuprof_reference_mul_uint8
#define ELEMENT uint8_t
#define COMBINE mcuprof_mul
#include "mcuprof_template_elementwise.h"
