// SPDX-License-Identifier: GPL-2.0-or-later
//
// Stacks that change hands without any exception: coroutines, as in the small cooperative
// schedulers.
#include "console.h"

#include <stdint.h>

static uint32_t stacks[2][256] __attribute__((aligned(8)));
static uint32_t* here;
static uint32_t* there[2];

/// Keeps what a function must keep, and goes on where 'to' stopped.
__attribute__((naked, noinline)) static void swap(
    __attribute__((unused)) uint32_t** from, __attribute__((unused)) uint32_t* to)
{
    __asm__ volatile("push {r4-r7, lr}\n"
                     "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
                     "push {r4-r7}\n"
                     "mov r2, sp\n"
                     "str r2, [r0]\n"
                     "mov sp, r1\n"
                     "pop {r4-r7}\n"
                     "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
                     "pop {r4-r7, pc}\n");
}

static unsigned current;
static uint32_t yielded;

static void yield(uint32_t value)
{
    yielded = value;
    swap(&there[current], here);
}

static uint32_t next(unsigned which)
{
    current = which;
    swap(&here, there[which]);
    return yielded;
}

static void walk(uint32_t low, uint32_t high) // in order, as through a tree
{
    if (low == high)
        return;
    const uint32_t middle = (low + high) / 2;
    walk(low, middle);
    yield(middle * middle);
    walk(middle + 1, high);
}

static void squares(void)
{
    for (;;)
        walk(0, 20);
}

static void fibonacci(void)
{
    for (uint32_t a = 0, b = 1;;) {
        yield(a);
        const uint32_t c = a + b;
        a = b;
        b = c;
    }
}

static void prepare(unsigned which, void (*function)(void))
{
    uint32_t* stack
        = stacks[which] + 256 - 9 - 1; // what swap() takes back; eight-byte aligned there
    stack[8] = (uint32_t)(uintptr_t)function;
    there[which] = stack;
}

int main(void)
{
    prepare(0, squares);
    prepare(1, fibonacci);
    uint32_t sum = 0;
    for (int i = 0; i < 25; ++i)
        sum = sum * 3 + next(0) + next(1);
    say("sum %u, next %u and %u\n", sum, next(0), next(1));
    return 0;
}
