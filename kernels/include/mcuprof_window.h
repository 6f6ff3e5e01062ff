// SPDX-License-Identifier: MIT
#pragma once

#include <stdint.h>

// The taps of a kernel that lie inside the input, along one dimension: first <= tap < end. The tap
// t reads the input at origin + t * dilation; the origin is negative where the window begins in the
// padding.
struct mcuprof_taps {
    int32_t first;
    int32_t end;
};

static inline struct mcuprof_taps mcuprof_taps_inside(
    int32_t origin, int32_t taps, int32_t dilation, int32_t input_size)
{
    struct mcuprof_taps inside = {0, taps};
    while (inside.first < taps && origin + inside.first * dilation < 0)
        ++inside.first;
    while (inside.end > inside.first && origin + (inside.end - 1) * dilation >= input_size)
        --inside.end;
    return inside;
}
