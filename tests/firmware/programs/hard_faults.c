// SPDX-License-Identifier: GPL-2.0-or-later
//
// On Armv6-M every fault is a HardFault: it reaches its handler with a frame that points at the
// instruction.
#include "console.h"
#include "processor.h"

#include <stdint.h>

struct frame {
    uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
};

static volatile uint32_t count, seen_pc, seen_r0;

__attribute__((naked)) void hard_fault_handler(void)
{
    __asm__ volatile("mov r0, sp\n ldr r1, =handle_fault\n bx r1\n .pool\n");
}

__attribute__((used)) void handle_fault(struct frame* frame)
{
    ++count;
    seen_pc = frame->pc;
    seen_r0 = frame->r0;
    frame->pc += 2; // all of them are 16 bits long
}

#define FAULTING(name, before, instruction)                                                        \
    static __attribute__((noinline)) uint32_t name(void)                                           \
    {                                                                                              \
        uint32_t place;                                                                            \
        __asm__ volatile(".balign 4\n adr %0, 1f\n" before ".balign 4\n1: " instruction "\n"       \
                         : "=&l"(place)::"r0", "r1", "memory", "cc");                              \
        return place;                                                                              \
    }
FAULTING(undefined_instruction, "movs r0, #17\n", "udf #7")
FAULTING(unmapped_load, "movs r0, #9\n lsls r0, r0, #28\n", "ldr r1, [r0, #8]")
FAULTING(unmapped_store, "movs r0, #9\n lsls r0, r0, #28\n", "str r1, [r0, #16]")
// A supervisor call that cannot be taken now; the frame may point at it or behind it.
FAULTING(masked_call, "movs r0, #3\n cpsid i\n", "svc 1\n nop\n nop")

static void report(const char* what, uint32_t place)
{
    say("%s: %u faults, r0 %X, at %d\n", what, count, seen_r0, (int32_t)(seen_pc - place));
}

int main(void)
{
    report("undefined instruction", undefined_instruction());
    report("load from nothing", unmapped_load());
    report("store to nothing", unmapped_store());
    SHPR2 = 0xC0000000;
    masked_call();
    unmask_interrupts();
    say("masked supervisor call: %u faults, r0 %X\n", count, seen_r0);
    return 0;
}
