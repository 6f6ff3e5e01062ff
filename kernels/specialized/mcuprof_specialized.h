// SPDX-License-Identifier: MIT
#pragma once

#include "mcuprof_dsp.h"
#include "mcuprof_kernels.h"

// A template is a function that is always inlined, into one function for each shape (specialized.c of
// a generated project), where all numbers of its parameters are constants: loops have known lengths,
// conditions on shapes vanish. It takes the parameters of any kernel (mcuprof_kernels.h) with weights
// in an order of its own, and constants that tell its variants apart.
#define MCUPROF_TEMPLATE static inline __attribute__((always_inline))

// How a loop is written out: for cores where loads behind each other are cheaper than loads apart
// (Cortex-M4), or for those where a load goes beside a product or its result comes late (M7, M33).
enum { mcuprof_chained, mcuprof_interleaved };

// The output stage of one output: `doubled` is twice the sum, below 2^31 in magnitude (the choice of
// the kernel saw to that), the shift is to the right by at least 1. SMMULR is the doubling high
// multiplication on twice the sum; the last bit that ASRS shifts out is the carry, with which ADC
// rounds while it adds the offset.
MCUPROF_TEMPLATE int32_t mcuprof_finish_doubled(
    int32_t doubled, int32_t multiplier, int32_t shift_right, int32_t offset)
{
    int32_t result;
    __asm__("smmulr %[result], %[doubled], %[multiplier]\n\t"
            "add.w  %[result], %[result], %[result], asr #31\n\t" // halves away from zero
            "asrs.w %[result], %[result], %[shift]\n\t"
            "adc.w  %[result], %[result], %[offset]"
            : [result] "=&r"(result)
            : [doubled] "r"(doubled), [multiplier] "r"(multiplier), [shift] "r"(shift_right),
            [offset] "r"(offset)
            : "cc");
    return result;
}

MCUPROF_TEMPLATE int32_t mcuprof_clamp_to(int32_t value, int32_t smallest, int32_t largest)
{
    if (smallest == INT8_MIN && largest == INT8_MAX)
        return __ssat(value, 8);
    return mcuprof_clamp(value, smallest, largest);
}

// Four int8, each sign-extended, as one word.
MCUPROF_TEMPLATE uint32_t mcuprof_pack(int32_t byte_0, int32_t byte_1, int32_t byte_2, int32_t byte_3)
{
    __asm__("bfi %0, %1, #8, #8" : "+r"(byte_0) : "r"(byte_1));
    __asm__("bfi %0, %1, #16, #8" : "+r"(byte_0) : "r"(byte_2));
    __asm__("bfi %0, %1, #24, #8" : "+r"(byte_0) : "r"(byte_3));
    return (uint32_t)byte_0;
}
