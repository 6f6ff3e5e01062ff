// SPDX-License-Identifier: MIT
#pragma once

#include "mcuprof_requantize.h"

#include <arm_acle.h>
#include <stdint.h>
#include <string.h>

// Four int8 at a time on cores with the DSP extension. SXTB16 widens bytes 0 and 2 of a word to a
// pair of int16, and bytes 1 and 3 after a rotation; two words widened alike can be multiplied pair
// by pair (SMLAD: two multiply-accumulates in one instruction) without ever putting the bytes in
// order. Words need no alignment (Armv7-M allows that in SRAM and flash).

static inline uint32_t mcuprof_load_word(const int8_t* bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline void mcuprof_store_word(int8_t* bytes, uint32_t word)
{
    memcpy(bytes, &word, sizeof word);
}

// Bytes 0 and 2 as two int16.
static inline int16x2_t mcuprof_even_bytes(uint32_t word) { return (int16x2_t)__sxtb16(word); }

// Bytes 1 and 3 as two int16.
static inline int16x2_t mcuprof_odd_bytes(uint32_t word)
{
    int16x2_t pair; // the intrinsic would rotate with an instruction of its own
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(word));
    return pair;
}

// The same, each added to the int16 in the same place of `pair`.
static inline int16x2_t mcuprof_add_even_bytes(int16x2_t pair, uint32_t word)
{
    return __sxtab16(pair, word);
}

static inline int16x2_t mcuprof_add_odd_bytes(int16x2_t pair, uint32_t word)
{
    int16x2_t sum;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(sum) : "r"(pair), "r"(word));
    return sum;
}

// The low halves, or the high halves, of two pairs; the compiler does not find these instructions.
static inline int16x2_t mcuprof_low_halves(int16x2_t low, int16x2_t high)
{
    int16x2_t pair;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(pair) : "r"(low), "r"(high));
    return pair;
}

static inline int16x2_t mcuprof_high_halves(int16x2_t low, int16x2_t high)
{
    int16x2_t pair;
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(pair) : "r"(high), "r"(low));
    return pair;
}

// Two int16 in one word.
static inline int16x2_t mcuprof_pair(int32_t low, int32_t high)
{
    return (int16x2_t)(((uint32_t)low & 0xFFFF) | ((uint32_t)high << 16));
}

static inline int32_t mcuprof_low(int16x2_t pair) { return (int16_t)pair; }

static inline int32_t mcuprof_high(int16x2_t pair) { return pair >> 16; }

// mcuprof_requantize(value, multiplier, -shift_right) + offset for shift_right >= 1. The last bit
// that ASRS shifts out is the carry, and ADC rounds with it and adds the offset at once.
static inline int32_t mcuprof_requantize_right(
    int32_t value, int32_t multiplier, int32_t shift_right, int32_t offset)
{
    int32_t result = mcuprof_doubling_high_multiply(value, multiplier);
    __asm__("add  %[result], %[result], %[result], asr #31\n\t" // halves away from zero
            "asrs %[result], %[result], %[shift]\n\t"
            "adc  %[result], %[result], %[offset]"
            : [result] "+r"(result)
            : [shift] "r"(shift_right), [offset] "r"(offset)
            : "cc");
    return result;
}
