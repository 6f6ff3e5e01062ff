// SPDX-License-Identifier: GPL-2.0-or-later
//
// Code without privileges: what it may not touch faults or has no effect, and a supervisor call
// gives the privileges back.
#include "console.h"
#include "processor.h"

#include <stdint.h>

static volatile uint32_t faults;

void bus_fault_handler(void);

/// The way back: thread mode with privileges.
void supervisor_call_handler(void) { WRITE_SPECIAL(control, READ_SPECIAL(control) & ~1u); }

// The instruction that faulted is skipped: all of them are 16 bits long.
__attribute__((naked)) void bus_fault_handler(void)
{
    __asm__ volatile("ldr r0, [sp, #24]\n"
                     "adds r0, #2\n"
                     "str r0, [sp, #24]\n"
                     "ldr r1, =faults\n"
                     "ldr r0, [r1]\n"
                     "adds r0, #1\n"
                     "str r0, [r1]\n"
                     "bx lr\n"
                     ".pool\n");
}

static uint32_t read_short(volatile uint32_t* address)
{
    register volatile uint32_t* r0 __asm__("r0") = address;
    register uint32_t r1 __asm__("r1") = 0xAAAA;
    __asm__ volatile("ldr.n r1, [r0]\n" : "+r"(r1) : "r"(r0) : "memory");
    return r1;
}

int main(void)
{
    // Printing would be no concern of code without privileges (on qemu semihosting is not):
    // everything is told at the end.
    SHCSR |= 1u << 17; // BusFault has its own handler
    const uint32_t before = READ_SPECIAL(control) & 1;
    WRITE_SPECIAL(control, READ_SPECIAL(control) | 1);
    const uint32_t without = READ_SPECIAL(control) & 1;

    WRITE_SPECIAL(control, READ_SPECIAL(control) & ~1u);
    WRITE_SPECIAL(primask, 1);
    WRITE_SPECIAL(basepri, 0x40);
    const uint32_t still = READ_SPECIAL(control) & 1,
                   masks = READ_SPECIAL(primask) | READ_SPECIAL(basepri);

    const uint32_t value = read_short(&ICSR), faults_then = faults;
    __asm__ volatile("svc 0" ::: "memory");
    say("control %u, then %u, still %u, masks %x\n", before, without, still, masks);
    say("system control space: value %x, faults %u\n", value, faults_then);
    say("after a call: control %u, masks %x\n", READ_SPECIAL(control) & 1,
        READ_SPECIAL(primask) | READ_SPECIAL(basepri));
    say("system control space: exception %u, faults %u\n", read_short(&ICSR) & 0x1FF, faults);
    return 0;
}
