// SPDX-License-Identifier: MIT
#include "mcuprof_elementwise.h"

#define KERNEL mcuprof_reference_mul_int8
#define ELEMENT int8_t
#define COMBINE mcuprof_mul
#include "mcuprof_template_elementwise.h"
