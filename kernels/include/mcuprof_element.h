// SPDX-License-Identifier: MIT
#pragma once

#include "mcuprof_kernels.h"

// Elements of a type known only to the parameters, for kernels where a copy for each pair of types
// is not worth it.

static inline int32_t mcuprof_load(const void* data, int32_t index, int32_t element)
{
    switch (element) {
    case mcuprof_int8:
        return ((const int8_t*)data)[index];
    case mcuprof_uint8:
        return ((const uint8_t*)data)[index];
    default:
        return ((const int16_t*)data)[index];
    }
}

static inline void mcuprof_store(void* data, int32_t index, int32_t element, int32_t value)
{
    if (element == mcuprof_int16)
        ((int16_t*)data)[index] = (int16_t)value;
    else
        ((uint8_t*)data)[index] = (uint8_t)value;
}

static inline int32_t mcuprof_smallest(int32_t element)
{
    return element == mcuprof_int8 ? INT8_MIN : element == mcuprof_uint8 ? 0 : INT16_MIN;
}

static inline int32_t mcuprof_largest(int32_t element)
{
    return element == mcuprof_int8 ? INT8_MAX : element == mcuprof_uint8 ? UINT8_MAX : INT16_MAX;
}
