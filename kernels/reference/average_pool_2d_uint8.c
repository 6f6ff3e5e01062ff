// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_average_pool_2d_uint8
#define ELEMENT uint8_t
#define START 0
#define TAKE(sum, element) ((sum) + (element))
#define FINISH(sum, count) mcuprof_rounding_divide(sum, count)
#include "mcuprof_template_pool.h"
