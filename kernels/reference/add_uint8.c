// SPDX-License-Identifier: MIT
#include "mcuprof_elementwise.h"

#define KERNEL mcuprof_reference_add_uint8
#define ELEMENT uint8_t
#define COMBINE mcuprof_add
#include "mcuprof_template_elementwise.h"
