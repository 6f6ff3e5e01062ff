// SPDX-License-Identifier: MIT
#define KERNEL mcuprof_reference_fully_connected_int8
#define ELEMENT int8_t
#include "mcuprof_template_fully_connected.h"
