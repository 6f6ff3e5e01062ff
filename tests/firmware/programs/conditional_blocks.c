// SPDX-License-Identifier: GPL-2.0-or-later
//
// IT blocks: executed and skipped instructions, loads and stores among them, flags kept; loops
// whose condition changes.
#include "console.h"

#include <stdint.h>

static __attribute__((noinline)) uint32_t clamp_sum(
    const int32_t* values, uint32_t count, int32_t low, int32_t high)
{
    int32_t sum = 0;
    for (uint32_t i = 0; i < count; ++i) {
        int32_t value = values[i];
        if (value < low)
            value = low;
        if (value > high)
            value = high;
        sum += value;
    }
    return (uint32_t)sum;
}

/// Four instructions under one IT, alternating: which of them ran, as bits.
static __attribute__((noinline)) uint32_t alternating(int32_t a, int32_t b)
{
    uint32_t ran = 0;
    __asm__ volatile("cmp %1, %2\n"
                     "itete lt\n"
                     "orrlt %0, %0, #1\n"
                     "orrge %0, %0, #2\n"
                     "orrlt %0, %0, #4\n"
                     "orrge %0, %0, #8\n"
                     : "+r"(ran)
                     : "r"(a), "r"(b)
                     : "cc");
    return ran;
}

static __attribute__((noinline)) uint32_t conditional_memory(uint32_t* words, uint32_t count)
{
    uint32_t loaded = 0;
    for (uint32_t i = 0; i < count; ++i)
        __asm__ volatile("tst %2, #1\n"
                         "itte ne\n"
                         "ldrne r3, [%1, %2, lsl #2]\n"
                         "addne %0, %0, r3\n"
                         "streq %2, [%1, %2, lsl #2]\n"
                         "cmp %2, #6\n"
                         "it hi\n"
                         "ldrhi r3, [%1, #4]\n"
                         "ite hi\n"
                         "eorhi %0, %0, r3, lsl #4\n"
                         "subls %0, %0, #1\n"
                         : "+r"(loaded)
                         : "r"(words), "r"(i)
                         : "r3", "cc", "memory");
    return loaded;
}

/// A return out of the middle of a block.
__attribute__((naked, noinline)) static uint32_t early_return(__attribute__((unused)) uint32_t x)
{
    __asm__ volatile("cmp r0, #10\n"
                     "itt lo\n"
                     "addlo r0, r0, #100\n"
                     "bxlo lr\n"
                     "lsls r0, r0, #1\n"
                     "bx lr\n");
}

__attribute__((naked, noinline)) static uint32_t popped_return(__attribute__((unused)) uint32_t x)
{
    __asm__ volatile("push {r4, lr}\n"
                     "movs r4, r0\n"
                     "cmp r4, #3\n"
                     "itt eq\n"
                     "moveq r0, #33\n"
                     "popeq {r4, pc}\n"
                     "bl 1f\n"
                     "adds r0, r0, r4\n"
                     "pop {r4, pc}\n"
                     "1: lsls r0, r0, #2\n"
                     "bx lr\n");
}

int main(void)
{
    int32_t values[40];
    for (int32_t i = 0; i < 40; ++i)
        values[i] = (i * 7919) % 201 - 100;
    say("clamped %X\n", clamp_sum(values, 40, -30, 50));
    say("alternating %u %u\n", alternating(1, 2), alternating(2, 1));
    uint32_t words[16];
    for (uint32_t i = 0; i < 16; ++i)
        words[i] = i * 0x01010101;
    const uint32_t loaded = conditional_memory(words, 16);
    say("memory %X", loaded);
    for (uint32_t i = 0; i < 16; ++i)
        say(" %x", words[i]);
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 20; ++i)
        sum += early_return(i) * popped_return(i % 5);
    say("\nreturns %u\n", sum);
    return 0;
}
