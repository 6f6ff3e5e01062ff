// SPDX-License-Identifier: GPL-2.0-or-later
//
// Four interrupts of three priorities that ask for each other: who interrupts whom, who waits, and
// in which order those who waited come.
#include "console.h"
#include "processor.h"

#include <stdint.h>

static char trace[128];
static unsigned length;

static void mark(char what, unsigned which)
{
    if (length + 3 < sizeof trace) {
        trace[length++] = what;
        trace[length++] = (char)('0' + which);
    }
}

static void show(const char* what)
{
    trace[length] = 0;
    say("%s: %s\n", what, trace);
    length = 0;
}

static unsigned asks[8]; // which interrupts a handler makes pending while it runs, as bits

static void handle(unsigned which)
{
    mark('<', which);
    const unsigned mask = asks[which];
    asks[which] = 0;
    if (mask) {
        NVIC_ISPR = mask;
        barrier();
        mark('.', which);
    }
    mark('>', which);
}

void interrupt_0_handler(void) { handle(0); }
void interrupt_1_handler(void) { handle(1); }
void interrupt_2_handler(void) { handle(2); }
void interrupt_3_handler(void) { handle(3); }
void pending_supervisor_handler(void)
{
    mark('<', 8);
    mark('>', 8);
}
void system_tick_handler(void)
{
    mark('<', 9);
    mark('>', 9);
}

int main(void)
{
    // 0 is the most urgent, 1 and 2 are equals, 3 comes last.
    set_priority(0, 0x00);
    set_priority(1, 0x40);
    set_priority(2, 0x40);
    set_priority(3, 0xC0);
    SHPR3 = 0xC0C00000; // SysTick and PendSV beside interrupt 3
    NVIC_ISER = 0xF;

    asks[3] = 1 << 1 | 1 << 2;
    asks[1] = 1 << 0 | 1 << 3;
    pend(3);
    show("nested");

    mask_interrupts();
    NVIC_ISPR = 0xF;
    ICSR = icsr_pendsv_set | icsr_systick_set;
    barrier();
    mark('!', 0);
    unmask_interrupts();
    show("all at once");

    asks[2] = 1 << 2 | 1 << 1;
    pend(2);
    show("itself again");

    asks[0] = 1 << 0;
    asks[3] = 1 << 0;
    pend(3);
    show("the most urgent twice");

    set_priority(3, 0x00);
    asks[1] = 1 << 3;
    pend(1);
    show("raised");
    set_priority(3, 0xC0);

    // Changing the priority of what waits decides at once.
    mask_interrupts();
    NVIC_ISPR = 1 << 1 | 1 << 2;
    set_priority(2, 0x00);
    unmask_interrupts();
    set_priority(2, 0x40);
    show("changed while pending");
    return 0;
}
