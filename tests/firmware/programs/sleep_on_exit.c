// SPDX-License-Identifier: GPL-2.0-or-later
//
// SLEEPONEXIT: everything happens in handlers, the processor sleeps between them without returning
// to main; SEVONPEND: what only becomes pending wakes from WFE. (qemu has neither.)
#include "console.h"
#include "processor.h"

#include <stdint.h>

enum { sleep_on_exit = 2, event_on_pend = 16 };

static volatile uint32_t ticks, returned;

void system_tick_handler(void)
{
    if (++ticks == 5)
        SCR &= ~(uint32_t)sleep_on_exit;
}

int main(void)
{
    SCR |= sleep_on_exit;
    SYST_RVR = 9999;
    SYST_CVR = 0;
    SYST_CSR = systick_enable | systick_interrupt | systick_processor_clock;
    wait_for_interrupt();
    ++returned;
    SYST_CSR = 0;
    say("ticks %u, returned %u\n", ticks, returned);

    SCR |= event_on_pend;
    __asm__ volatile("sev\n wfe" ::: "memory"); // no event left over
    ICSR = icsr_systick_clear;
    mask_interrupts();
    SYST_CVR = 0;
    SYST_CSR = systick_enable | systick_interrupt | systick_processor_clock;
    wait_for_event();
    say("pending %u, ticks %u\n", !!(ICSR & icsr_systick_set), ticks);
    return 0;
}
