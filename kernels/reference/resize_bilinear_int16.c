// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_resize_bilinear_int16
#define ELEMENT int16_t
#include "mcuprof_template_resize_bilinear.h"
