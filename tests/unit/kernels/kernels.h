// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// The kernels' headers are C.
extern "C" {
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"
}
