// SPDX-License-Identifier: GPL-2.0-or-later
//
// DSP instructions: saturation and its flag, packed additions with GE and SEL, dual
// multiply-accumulates.
#include "console.h"

#include <arm_acle.h>
#include <stdint.h>

/// After both results are there.
static uint32_t q_flag(int32_t first, int32_t second)
{
    uint32_t apsr;
    __asm__ volatile("mrs %0, apsr\n" : "=r"(apsr) : "r"(first), "r"(second));
    return apsr >> 27 & 1;
}

static void clear_flags(void)
{
    const uint32_t zero = 0;
    __asm__ volatile("msr apsr_nzcvqg, %0" ::"r"(zero) : "cc");
}

// Read anew each time: so no result can be there before the flags are cleared.
static volatile int32_t small = 100, medium = 300, large = 0x7FFFFFF0;

int main(void)
{
    clear_flags();
    int32_t first = __ssat(small, 8), second = __ssat(medium, 8);
    say("ssat %d %d, q %u\n", first, second, q_flag(first, second));
    clear_flags();
    first = (int32_t)__usat(small, 8);
    say("usat %d, q %u, ", first, q_flag(first, second));
    first = (int32_t)__usat(-small, 8);
    say("%d, q %u\n", first, q_flag(first, second));
    clear_flags();
    first = __qadd(large, small);
    second = __qsub(-large, small);
    say("qadd %X %X, q %u\n", first, second, q_flag(first, second));
    uint32_t a = 0x7F80FF01, b = 0x01FF8002, packed = 0;
    int32_t sums = 0;
    int64_t wide = 0;
    for (uint32_t i = 0; i < 50; ++i) {
        packed ^= __uadd8(a, b);
        packed += __sel(a, b);
        packed ^= __qadd16(a, b) + __uhsub8(b, a) + __ssub16(a, b);
        sums = __smlad((int32_t)a, (int32_t)b, sums);
        sums = __smlsdx((int32_t)b, (int32_t)a, sums);
        wide = __smlald((int32_t)a, (int32_t)b, wide);
        sums += __smlawb((int32_t)a, (int32_t)b, 5) + __sxtab16((int32_t)a, (int32_t)b)
            + (int32_t)__usad8(a, b);
        a = (a >> 5 | a << 27) + 0x9E3779B9;
        b = __builtin_bswap32(b) ^ a;
    }
    say("packed %X, sums %X, wide %X%X\n", packed, (uint32_t)sums, (uint32_t)((uint64_t)wide >> 32),
        (uint32_t)wide);
    return 0;
}
