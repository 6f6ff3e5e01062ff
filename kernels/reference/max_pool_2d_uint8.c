// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_max_pool_2d_uint8
#define ELEMENT uint8_t
#define START 0
#define TAKE(largest, element) ((element) > (largest) ? (element) : (largest))
#define FINISH(largest, count) (largest)
#include "mcuprof_template_pool.h"
