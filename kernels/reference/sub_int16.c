// SPDX-License-Identifier: MIT
#include "mcuprof_elementwise.h"

#define KERNEL mcuprof_reference_sub_int16
#define ELEMENT int16_t
#define COMBINE mcuprof_sub
#include "mcuprof_template_elementwise.h"
