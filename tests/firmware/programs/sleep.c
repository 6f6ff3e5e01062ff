// SPDX-License-Identifier: GPL-2.0-or-later
//
// WFI and WFE: the processor sleeps until SysTick, an event, or an interrupt that is masked wakes
// it.
#include "console.h"
#include "processor.h"

#include <stdint.h>

static volatile uint32_t ticks;

void system_tick_handler(void) { ++ticks; }

static void start_ticking(uint32_t period)
{
    SYST_RVR = period - 1;
    SYST_CVR = 0;
    SYST_CSR = systick_enable | systick_interrupt | systick_processor_clock;
}

int main(void)
{
    start_ticking(20000);
    for (uint32_t i = 1; i <= 3; ++i) {
        while (ticks < i)
            wait_for_interrupt();
    }
    say("woken by ticks: %u\n", ticks >= 3);

    // Masked: wakes all the same, but the handler waits.
    mask_interrupts();
    SYST_CVR = 0;
    ICSR = icsr_systick_clear;
    const uint32_t before = ticks;
    wait_for_interrupt();
    const uint32_t asleep = ticks - before, pending = !!(ICSR & icsr_systick_set);
    unmask_interrupts();
    say("masked: handled %u, pending %u, then handled %u\n", asleep, pending, ticks - before);
    SYST_CSR = 0;

    // An event that came before is not waited for.
    __asm__ volatile("sev\n wfe\n sev\n wfe" ::: "memory");
    say("events: did not sleep\n");

    // WFE waits for interrupts, too.
    start_ticking(20000);
    const uint32_t first = ticks;
    while (ticks < first + 2)
        wait_for_event();
    SYST_CSR = 0;
    say("woken from wfe: %u\n", ticks >= first + 2);
    return 0;
}
