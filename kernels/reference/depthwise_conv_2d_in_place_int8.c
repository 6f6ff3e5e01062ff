// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_depthwise_conv_2d_in_place_int8
#define ELEMENT int8_t
#define WEIGHTS_OFFSET 0
#include "mcuprof_template_depthwise_conv_2d_in_place.h"
