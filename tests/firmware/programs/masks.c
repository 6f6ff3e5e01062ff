// SPDX-License-Identifier: GPL-2.0-or-later
//
// PRIMASK holds back what it should, and nothing else.
#include "console.h"
#include "processor.h"

#include <stdint.h>

static volatile unsigned came;

void interrupt_0_handler(void) { came |= 1; }
void interrupt_1_handler(void) { came |= 2; }
void interrupt_2_handler(void) { came |= 4; }
void nmi_handler(void) { came |= 8; }

static unsigned arrived(void)
{
    barrier();
    const unsigned result = came;
    came = 0;
    return result;
}

int main(void)
{
    set_priority(0, 0x40);
    set_priority(1, 0x80);
    set_priority(2, 0xC0);
    NVIC_ISER = 7;
    NVIC_ISPR = 7;
    say("no mask: %u\n", arrived());

    mask_interrupts();
    NVIC_ISPR = 7;
    ICSR = icsr_nmi_set;
    say("PRIMASK: %u, then ", arrived());
    unmask_interrupts();
    say("%u\n", arrived());

    mask_interrupts();
    say("PRIMASK reads %u", READ_SPECIAL(primask));
    unmask_interrupts();
    say(", then %u\n", READ_SPECIAL(primask));
    return 0;
}
