// SPDX-License-Identifier: GPL-2.0-or-later
//
// Code without privileges: what it writes to special registers has no effect, and a supervisor call
// gives the privileges back. That it may not reach the system control space is not modeled and not
// tried here.
#include "console.h"
#include "processor.h"

#include <stdint.h>

/// The way back: thread mode with privileges.
void supervisor_call_handler(void) { WRITE_SPECIAL(control, READ_SPECIAL(control) & ~1u); }

int main(void)
{
    // Printing would be no concern of code without privileges (on qemu semihosting is not):
    // everything is told at the end.
    const uint32_t before = READ_SPECIAL(control) & 1;
    WRITE_SPECIAL(control, READ_SPECIAL(control) | 1);
    const uint32_t without = READ_SPECIAL(control) & 1;

    WRITE_SPECIAL(control, READ_SPECIAL(control) & ~1u);
    WRITE_SPECIAL(primask, 1);
    WRITE_SPECIAL(basepri, 0x40);
    const uint32_t still = READ_SPECIAL(control) & 1,
                   masks = READ_SPECIAL(primask) | READ_SPECIAL(basepri);

    __asm__ volatile("svc 0" ::: "memory");
    say("control %u, then %u, still %u, masks %x\n", before, without, still, masks);
    say("after a call: control %u, masks %x\n", READ_SPECIAL(control) & 1,
        READ_SPECIAL(primask) | READ_SPECIAL(basepri));
    return 0;
}
