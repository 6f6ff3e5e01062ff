// SPDX-License-Identifier: GPL-2.0-or-later
//
// setjmp and longjmp: out of deep calls, many times, with values; registers and stack as they were.
#include "console.h"

#include <setjmp.h>
#include <stdint.h>

static jmp_buf outer, inner;
static volatile uint32_t deepest;

static __attribute__((noinline)) uint32_t descend(uint32_t level, uint32_t limit)
{
    deepest = level;
    if (level > 1000)
        return 0;
    if (level == limit)
        longjmp(level % 2 ? outer : inner, (int)level);
    return descend(level + 1, limit) + level; // has something left to do that never comes
}

static __attribute__((noinline)) uint32_t guarded(uint32_t limit)
{
    const int value = setjmp(inner);
    if (value == 0)
        return descend(1, limit);
    return (uint32_t)value * 1000;
}

int main(void)
{
    volatile uint32_t sum = 0, jumps = 0;
    for (volatile uint32_t i = 1; i <= 20; ++i) {
        const int value = setjmp(outer);
        if (value == 0)
            sum += guarded(i);
        else
            sum += (uint32_t)value;
        ++jumps;
    }
    say("sum %u after %u jumps, deepest %u\n", sum, jumps, deepest);
    if (setjmp(outer) == 0)
        longjmp(outer, 0); // becomes 1
    say("back\n");
    return 0;
}
