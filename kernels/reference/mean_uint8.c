// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_mean_uint8
#define ELEMENT uint8_t
#include "mcuprof_template_mean.h"
