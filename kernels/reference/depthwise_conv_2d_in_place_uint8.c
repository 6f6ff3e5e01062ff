// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_depthwise_conv_2d_in_place_uint8
#define ELEMENT uint8_t
#define WEIGHTS_OFFSET parameters->weights_offset
#include "mcuprof_template_depthwise_conv_2d_in_place.h"
