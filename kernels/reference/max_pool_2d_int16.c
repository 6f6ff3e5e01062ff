// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_max_pool_2d_int16
#define ELEMENT int16_t
#define START INT16_MIN
#define TAKE(largest, element) ((element) > (largest) ? (element) : (largest))
#define FINISH(largest, count) (largest)
#include "mcuprof_template_pool.h"
