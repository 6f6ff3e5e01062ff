// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_mean_int8
#define ELEMENT int8_t
#include "mcuprof_template_mean.h"
