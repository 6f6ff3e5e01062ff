// SPDX-License-Identifier: MIT
#include "mcuprof_elementwise.h"

#define KERNEL mcuprof_reference_sub_uint8
#define ELEMENT uint8_t
#define COMBINE mcuprof_sub
#include "mcuprof_template_elementwise.h"
