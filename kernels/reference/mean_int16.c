// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_mean_int16
#define ELEMENT int16_t
#include "mcuprof_template_mean.h"
