// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_average_pool_2d_int16
#define ELEMENT int16_t
#define START 0
#define TAKE(sum, element) ((sum) + (element))
#define FINISH(sum, count) mcuprof_rounding_divide(sum, count)
#include "mcuprof_template_pool.h"
