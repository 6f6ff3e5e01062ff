// SPDX-License-Identifier: GPL-2.0-or-later
//
// FAULTMASK and BASEPRI hold back what they should, and nothing else.
#include "arrivals.h"
#include "console.h"
#include "processor.h"

int main(void)
{
    enable_arrivals();
    __asm__ volatile("cpsid f" ::: "memory");
    NVIC_ISPR = 7;
    say("FAULTMASK %u: %u, then ", READ_SPECIAL(faultmask), arrived());
    __asm__ volatile("cpsie f" ::: "memory");
    say("%u\n", arrived());

    WRITE_SPECIAL(basepri, 0x80);
    NVIC_ISPR = 7;
    say("BASEPRI %x: %u, then ", READ_SPECIAL(basepri), arrived());
    WRITE_SPECIAL(basepri, 0xC0);
    say("%u, then ", arrived());
    WRITE_SPECIAL(basepri, 0);
    say("%u\n", arrived());

    WRITE_SPECIAL(basepri_max, 0x80);
    WRITE_SPECIAL(basepri_max, 0xC0); // weaker: stays
    say("BASEPRI_MAX keeps %x", READ_SPECIAL(basepri));
    WRITE_SPECIAL(basepri_max, 0x40);
    say(", then %x\n", READ_SPECIAL(basepri));
    WRITE_SPECIAL(basepri, 0);
    return 0;
}
