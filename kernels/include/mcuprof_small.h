// SPDX-License-Identifier: MIT
#pragma once

#include "mcuprof_requantize.h"

#include <stdint.h>

// Requantization on cores without SMULL (Armv6-M): a 64-bit product is a library call there, so it
// is put together from four products of halves, whose sums need 32 bits only. Bit for bit
// mcuprof_requantize, for every sum and multiplier.

// The upper half of a number whose lower half is read as signed.
static inline int32_t mcuprof_small_high(int32_t value) { return ((value >> 15) + 1) >> 1; }

// mcuprof_doubling_high_multiply, of a multiplier high * 2^16 + low. Halves are at most 2^15 in
// size, products at most 2^30, and the sum of the two mixed ones with what the lowest carries into
// them stays in 32 bits, because their extremes exclude one another. The highest, doubled, may wrap
// and is wrapped back by that sum.
static inline int32_t mcuprof_small_doubling_high_multiply(
    int32_t value, int32_t multiplier_low, int32_t multiplier_high)
{
    const int32_t low = (int16_t)value;
    const int32_t high = mcuprof_small_high(value);
    const int32_t middle = ((low * multiplier_low) >> 16) + low * multiplier_high + (1 << 14)
        + high * multiplier_low;
    return (int32_t)(2 * (uint32_t)(high * multiplier_high) + (uint32_t)(middle >> 15));
}

static inline int32_t mcuprof_small_requantize(int32_t value, int32_t multiplier, int32_t shift)
{
    const int32_t low = (int16_t)multiplier, high = mcuprof_small_high(multiplier);
    if (shift >= 0)
        return mcuprof_small_doubling_high_multiply((int32_t)((uint32_t)value << shift), low, high);
    return mcuprof_rounding_shift_right(
        mcuprof_small_doubling_high_multiply(value, low, high), -shift);
}

// What the sums of one channel need to become outputs. The assembly below reads it in this order.
struct mcuprof_small_stage {
    int32_t multiplier_low;
    int32_t multiplier_high;
    int32_t offset; // above the smallest output
    int32_t output_step;
    int32_t range; // largest less smallest output
    int32_t smallest;
    int32_t shift;
};

static inline void mcuprof_small_set_multiplier(
    struct mcuprof_small_stage* stage, int32_t multiplier, int32_t shift)
{
    stage->multiplier_low = (int16_t)multiplier;
    stage->multiplier_high = mcuprof_small_high(multiplier);
    stage->shift = shift;
}

static inline struct mcuprof_small_stage mcuprof_small_stage_of(int32_t multiplier, int32_t shift,
    int32_t offset, int32_t smallest, int32_t largest, int32_t output_step)
{
    struct mcuprof_small_stage stage = {
        .offset = offset - smallest,
        .output_step = output_step,
        .range = largest - smallest,
        .smallest = smallest,
    };
    mcuprof_small_set_multiplier(&stage, multiplier, shift);
    return stage;
}

// The way of a layer that enlarges its sums, which is rare.
static __attribute__((noinline, unused)) void mcuprof_small_finish_left(
    const int32_t* sums, int32_t count, const struct mcuprof_small_stage* stage, int8_t* output)
{
    const int32_t offset = stage->offset + stage->smallest;
    const int32_t largest = stage->range + stage->smallest;
    for (int32_t i = 0; i < count; ++i) {
        const int32_t value
            = mcuprof_small_doubling_high_multiply((int32_t)((uint32_t)sums[i] << stage->shift),
                  stage->multiplier_low, stage->multiplier_high)
            + offset;
        *output = (int8_t)mcuprof_clamp(value, stage->smallest, largest);
        output += stage->output_step;
    }
}

// Sums of one channel, one or more, to outputs that are output_step apart.
static inline __attribute__((always_inline)) void mcuprof_small_finish(
    const int32_t* sums, int32_t count, const struct mcuprof_small_stage* stage, int8_t* output)
{
    if (__builtin_expect(stage->shift >= 0, 0)) {
        mcuprof_small_finish_left(sums, count, stage, output);
        return;
    }
    register const int32_t* next __asm__("r0") = sums;
    register int8_t* to __asm__("r1") = output;
    register const struct mcuprof_small_stage* constants __asm__("r2") = stage;
    // The outputs that are left above the shift, of which ASRS reads the lowest byte.
    register int32_t left __asm__("r6") = (count << 14) - stage->shift;
    __asm__ volatile(
        ".syntax unified\n\t"
        "ldmia r2!, {r3, r4, r5}\n\t"
        "mov  r8, r3\n\t"
        "mov  r9, r4\n\t"
        "mov  r10, r5\n\t"
        "ldmia r2!, {r3, r4, r5}\n\t"
        "mov  r11, r3\n\t"
        "mov  r12, r4\n\t"
        "mov  lr, r5\n\t"
        "movs r7, #1\n\t"
        "lsls r7, r7, #14\n"
        "1:\n\t"
        "ldmia r0!, {r2}\n\t"
        "sxth r3, r2\n\t"
        "asrs r2, r2, #16\n\t"
        "mov  r4, r8\n\t"
        "bcc  2f\n\t" // the lower half was not negative
        "adds r2, #1\n"
        "2:\n\t"
        "movs r5, r3\n\t"
        "muls r5, r4\n\t"
        "asrs r5, r5, #16\n\t"
        "muls r4, r2\n\t"
        "adds r5, r4\n\t"
        "mov  r4, r9\n\t"
        "muls r3, r4\n\t"
        "adds r5, r3\n\t"
        "adds r5, r7\n\t"
        "asrs r5, r5, #15\n\t"
        "muls r2, r4\n\t"
        "lsls r2, r2, #1\n\t"
        "adds r2, r5\n\t"
        "asrs r5, r2, #31\n\t" // halves away from zero
        "adds r2, r5\n\t"
        "mov  r5, r10\n\t"
        "asrs r2, r6\n\t"
        "adcs r2, r5\n\t" // the last bit shifted out is the carry
        "cmp  r2, r12\n\t"
        "bhi  4f\n"
        "3:\n\t"
        "add  r2, lr\n\t"
        "strb r2, [r1]\n\t"
        "add  r1, r11\n\t"
        "subs r6, r7\n\t"
        "cmp  r6, #32\n\t"
        "bhs  1b\n\t"
        "b    6f\n"
        "4:\n\t"
        "cmp  r2, #0\n\t"
        "blt  5f\n\t"
        "mov  r2, r12\n\t"
        "b    3b\n"
        "5:\n\t"
        "movs r2, #0\n\t"
        "b    3b\n"
        "6:\n\t"
        : "+r"(next), "+r"(to), "+r"(constants), "+r"(left)
        :
        : "r3", "r4", "r5", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}
