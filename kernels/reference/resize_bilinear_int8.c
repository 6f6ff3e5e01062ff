// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_resize_bilinear_int8
#define ELEMENT int8_t
#include "mcuprof_template_resize_bilinear.h"
