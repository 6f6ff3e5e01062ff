// SPDX-License-Identifier: MIT
#include "mcuprof_elementwise.h"

#define KERNEL mcuprof_reference_add_int8
#define ELEMENT int8_t
#define COMBINE mcuprof_add
#include "mcuprof_template_elementwise.h"
