// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_fully_connected_uint8
#define ELEMENT uint8_t
#include "mcuprof_template_fully_connected.h"
