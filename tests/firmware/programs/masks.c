// SPDX-License-Identifier: GPL-2.0-or-later
//
// PRIMASK holds back what it should, and nothing else.
#include "arrivals.h"
#include "console.h"
#include "processor.h"

void nmi_handler(void) { came |= 8; }

int main(void)
{
    enable_arrivals();
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
