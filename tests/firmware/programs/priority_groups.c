// SPDX-License-Identifier: GPL-2.0-or-later
//
// Group priority decides who interrupts, subpriority only who comes first. What a handler finds in
// ICSR: whether another exception is active below it.
#include "console.h"
#include "processor.h"

#include <stdint.h>

static char trace[64];
static unsigned length, asks[4];
static unsigned to_base; // one bit for each handler, in order of entry

static void handle(unsigned which)
{
    trace[length++] = (char)('a' + which);
    to_base = to_base << 1 | !!(ICSR & icsr_return_to_base);
    const unsigned mask = asks[which];
    asks[which] = 0;
    if (mask) {
        NVIC_ISPR = mask;
        barrier();
    }
    trace[length++] = (char)('A' + which);
}

void interrupt_0_handler(void) { handle(0); }
void interrupt_1_handler(void) { handle(1); }
void interrupt_2_handler(void) { handle(2); }

static void run(const char* what, unsigned group)
{
    AIRCR = 0x05FA0000 | group << 8;
    barrier();
    length = to_base = 0;
    asks[2] = 1 << 0 | 1 << 1;
    pend(2);
    trace[length] = 0;
    say("%s: %s, return to base %x\n", what, trace, to_base);
}

int main(void)
{
    set_priority(0, 0x50);
    set_priority(1, 0x40);
    set_priority(2, 0x60);
    NVIC_ISER = 7;
    run("all bits are group", 0);
    run("two bits are group", 5); // 0x40 to 0x70 are one group
    run("no bit is group", 7);
    AIRCR = 0x12340000; // without the key
    barrier();
    say("groups %u\n", AIRCR >> 8 & 7);
    return 0;
}
