// SPDX-License-Identifier: GPL-2.0-or-later
//
// Each kind of exception that software can ask for, once: who ran, from where, on which stack, and
// that the code in between did not notice.
#include "console.h"
#include "processor.h"

#include <stdint.h>

static volatile uint32_t seen_number, seen_return, seen_active, count;

__attribute__((used)) static void note(uint32_t return_value)
{
    seen_number = READ_SPECIAL(ipsr);
    seen_return = return_value;
    seen_active = ICSR & 0x1FF;
    ++count;
}

#define NOTING_HANDLER(name)                                                                       \
    __attribute__((naked)) void name(void)                                                         \
    {                                                                                              \
        __asm__ volatile("mov r0, lr\n push {r4, lr}\n bl note\n pop {r4, pc}");                   \
    }
NOTING_HANDLER(nmi_handler)
NOTING_HANDLER(supervisor_call_handler)
NOTING_HANDLER(pending_supervisor_handler)
NOTING_HANDLER(system_tick_handler)
NOTING_HANDLER(interrupt_0_handler)
NOTING_HANDLER(interrupt_5_handler)

static void report(const char* what)
{
    say("%s: exception %u, active %u, return %X, now %u\n", what, seen_number, seen_active,
        seen_return, READ_SPECIAL(ipsr));
}

/// Flags and registers that an exception must give back: each is set, the exception comes, each is
/// looked at.
static uint32_t kept_over_pendsv(void)
{
    uint32_t wrong;
    register volatile uint32_t* icsr __asm__("r2") = &ICSR;
    register uint32_t set __asm__("r3") = icsr_pendsv_set;
    __asm__ volatile("movs r0, #1\n"
                     "mov r12, r0\n"
                     "movs r1, #0x55\n"
                     "movs r4, #0x44\n"
                     "movs r5, #0\n"
                     "cmp r5, r5\n" // Z and C
                     "str r3, [r2]\n"
                     "dsb\n"
                     "isb\n"
                     "bne 1f\n"
                     "bcc 1f\n"
                     "cmp r1, #0x55\n"
                     "bne 1f\n"
                     "cmp r4, #0x44\n"
                     "bne 1f\n"
                     "mov r1, r12\n"
                     "cmp r1, #1\n"
                     "bne 1f\n"
                     "movs %0, #0\n"
                     "b 2f\n"
                     "1: movs %0, #1\n"
                     "2:\n"
                     : "=&l"(wrong)
                     : "l"(icsr), "l"(set)
                     : "r0", "r1", "r4", "r5", "r12", "cc", "memory");
    return wrong;
}

/// The frame begins at a multiple of eight, whatever the stack pointer was.
static uint32_t kept_over_pendsv_on_odd_stack(void)
{
    uint32_t before, after;
    register volatile uint32_t* icsr __asm__("r2") = &ICSR;
    register uint32_t set __asm__("r3") = icsr_pendsv_set;
    __asm__ volatile("sub sp, #4\n"
                     "mov %0, sp\n"
                     "str r3, [r2]\n"
                     "dsb\n"
                     "isb\n"
                     "mov %1, sp\n"
                     "add sp, #4\n"
                     : "=&l"(before), "=&l"(after)
                     : "l"(icsr), "l"(set)
                     : "memory");
    return before - after;
}

int main(void)
{
    say("thread: exception %u, active %u\n", READ_SPECIAL(ipsr), ICSR & 0x1FF);
    __asm__ volatile("svc 3" ::: "memory");
    report("supervisor call");
    ICSR = icsr_pendsv_set;
    barrier();
    report("pending supervisor");
    ICSR = icsr_systick_set;
    barrier();
    report("system tick");
    ICSR = icsr_nmi_set;
    barrier();
    report("not maskable");

    pend(0);
    say("interrupt 0 while disabled: %u so far, pending %u\n", count, NVIC_ISPR & 1);
    NVIC_ISER = 1;
    barrier();
    report("interrupt 0 enabled");
    NVIC_ISER = 1u << 5;
    pend(5);
    report("interrupt 5");
    NVIC_ICER = 1u << 5;
    pend(5);
    NVIC_ICPR = 1u << 5;
    NVIC_ISER = 1u << 5;
    barrier();
    say("interrupt 5 taken back: %u so far, enabled %x\n", count, NVIC_ISER & 0xFF);

    say("registers spoiled: %u\n", kept_over_pendsv());
    say("stack moved: %u\n", kept_over_pendsv_on_odd_stack());
    say("%u exceptions\n", count);
    return 0;
}
