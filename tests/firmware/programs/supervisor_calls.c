// SPDX-License-Identifier: GPL-2.0-or-later
//
// Services by number with arguments and results, as operating systems offer them, on either stack.
#include "console.h"
#include "processor.h"

#include <stdint.h>

struct frame {
    uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
};

__attribute__((naked)) void supervisor_call_handler(void)
{
    __asm__ volatile("mov r0, lr\n"
                     "movs r1, #4\n"
                     "tst r0, r1\n"
                     "beq 1f\n"
                     "mrs r0, psp\n"
                     "ldr r1, =supervisor_call\n"
                     "bx r1\n"
                     "1: mrs r0, msp\n"
                     "ldr r1, =supervisor_call\n"
                     "bx r1\n"
                     ".pool\n");
}

__attribute__((used)) void supervisor_call(struct frame* frame)
{
    const uint32_t number = ((const uint8_t*)(uintptr_t)frame->pc)[-2];
    switch (number) {
    case 0:
        frame->r0 += frame->r1;
        break;
    case 1:
        frame->r0 = frame->r0 * frame->r1 + frame->r2 - frame->r3;
        break;
    case 2: { // 64 bits back
        const uint64_t product = (uint64_t)frame->r0 * frame->r1;
        frame->r0 = (uint32_t)product;
        frame->r1 = (uint32_t)(product >> 32);
        break;
    }
    default:
        frame->r0 = 0xBAD00000 | number;
    }
}

#define CALL(number, a, b, c, d)                                                                   \
    ({                                                                                             \
        register uint32_t r0 __asm__("r0") = (a);                                                  \
        register uint32_t r1 __asm__("r1") = (b);                                                  \
        register uint32_t r2 __asm__("r2") = (c);                                                  \
        register uint32_t r3 __asm__("r3") = (d);                                                  \
        __asm__ volatile("svc %4"                                                                  \
                         : "+r"(r0), "+r"(r1)                                                      \
                         : "r"(r2), "r"(r3), "i"(number)                                           \
                         : "memory");                                                              \
        (uint64_t) r1 << 32 | r0;                                                                  \
    })

static uint32_t process_stack[256] __attribute__((aligned(8)));

static __attribute__((noinline)) void calls(const char* where)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 100; ++i)
        sum = (uint32_t)CALL(0, sum, i, 0, 0);
    const uint64_t product = CALL(2, 0x89ABCDEF, 0x12345678, 0, 0);
    say("%s: sum %u, %u, product %X%X, unknown %X, control %u\n", where, sum,
        (uint32_t)CALL(1, 6, 7, 8, 9), (uint32_t)(product >> 32), (uint32_t)product,
        (uint32_t)CALL(200, 0, 0, 0, 0), READ_SPECIAL(control) & 3);
}

int main(void)
{
    calls("main stack");
    WRITE_SPECIAL(psp, (uint32_t)(uintptr_t)(process_stack + 256));
    uint32_t saved;
    __asm__ volatile("mov %0, sp" : "=r"(saved));
    WRITE_SPECIAL(control, 2);
    calls("process stack");
    WRITE_SPECIAL(control, 0);
    uint32_t now;
    __asm__ volatile("mov %0, sp" : "=r"(now));
    say("main stack moved: %u\n", saved - now);
    return 0;
}
