// SPDX-License-Identifier: MIT
#include "mcuprof_elementwise.h"

#define KERNEL mcuprof_reference_add_int16
#define ELEMENT int16_t
#define COMBINE mcuprof_add
#include "mcuprof_template_elementwise.h"
