// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_max_pool_2d_int8
#define ELEMENT int8_t
#define START INT8_MIN
#define TAKE(largest, element) ((element) > (largest) ? (element) : (largest))
#define FINISH(largest, count) (largest)
#include "mcuprof_template_pool.h"
