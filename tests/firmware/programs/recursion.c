// SPDX-License-Identifier: GPL-2.0-or-later
//
// Functions that call themselves, each other, and through pointers; deep stacks; tail calls.
#include "console.h"

#include <stdint.h>

static uint32_t calls;

static __attribute__((noinline)) uint32_t ackermann(uint32_t m, uint32_t n)
{
    ++calls;
    if (m == 0)
        return n + 1;
    return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static uint32_t is_odd(uint32_t n);
static __attribute__((noinline)) uint32_t is_even(uint32_t n) { return n == 0 ? 1 : is_odd(n - 1); }
static __attribute__((noinline)) uint32_t is_odd(uint32_t n) { return n == 0 ? 0 : is_even(n - 1); }

static __attribute__((noinline)) void hanoi(
    uint32_t disks, uint32_t* from, uint32_t* to, uint32_t* over)
{
    if (disks == 0)
        return;
    hanoi(disks - 1, from, over, to);
    const uint32_t disk = *from & -*from;
    *from ^= disk;
    *to ^= disk;
    ++calls;
    hanoi(disks - 1, over, to, from);
}

static uint32_t queens(uint32_t size, uint32_t columns, uint32_t left, uint32_t right)
{
    const uint32_t all = (1u << size) - 1;
    if (columns == all)
        return 1;
    uint32_t count = 0;
    for (uint32_t free = all & ~(columns | left | right); free; free &= free - 1) {
        const uint32_t bit = free & -free;
        count += queens(size, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return count;
}

static __attribute__((noinline)) uint32_t depth(uint32_t levels)
{
    volatile uint32_t room[8];
    room[levels % 8] = levels;
    return levels == 0 ? 0 : depth(levels - 1) + room[levels % 8] - levels + 1;
}

static uint32_t apply(uint32_t (*function)(uint32_t), uint32_t times, uint32_t value)
{
    return times == 0 ? value : apply(function, times - 1, function(value));
}
static uint32_t step(uint32_t value) { return value * 1664525 + 1013904223; }

int main(void)
{
    const uint32_t value = ackermann(2, 6);
    say("ackermann %u in %u calls\n", value, calls);
    say("even %u %u\n", is_even(100), is_even(77));
    uint32_t pegs[3] = {0x3FF, 0, 0};
    calls = 0;
    hanoi(10, &pegs[0], &pegs[2], &pegs[1]);
    say("hanoi %x %x %x in %u moves\n", pegs[0], pegs[1], pegs[2], calls);
    say("queens %u\n", queens(7, 0, 0, 0));
    say("depth %u\n", depth(300));
    uint32_t (*volatile function)(uint32_t) = step;
    say("applied %u\n", apply(function, 50, 1));
    return 0;
}
