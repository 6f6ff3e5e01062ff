// SPDX-License-Identifier: GPL-2.0-or-later
//
// SysTick without its interrupt: counts down, wraps to the reload value, and says so once.
#include "console.h"
#include "processor.h"

#include <stdint.h>

static void wait(uint32_t periods)
{
    while (periods)
        if (SYST_CSR & systick_count_flag)
            --periods;
}

int main(void)
{
    SYST_RVR = 4999;
    SYST_CVR = 1234; // any value: clears
    say("current %u, control %x\n", SYST_CVR, SYST_CSR & 3);
    SYST_CSR = systick_enable | systick_processor_clock;
    wait(3);

    // A pair may lie on either side of zero, or qemu may have had other things to do.
    uint32_t first = 0, down = 0;
    for (int i = 0; i < 20; ++i) {
        first = SYST_CVR;
        down += SYST_CVR < first;
    }
    say("reload %u, below it: %u, counts down: %u\n", SYST_RVR, first<5000, down> 0);

    SYST_CSR = 0;
    const uint32_t stopped = SYST_CVR;
    for (volatile int i = 0; i < 100; ++i) { }
    say("stands still: %u\n", SYST_CVR == stopped);

    SYST_RVR = 0xFFFFFF;
    SYST_CVR = 0;
    SYST_CSR = systick_enable | systick_processor_clock;
    for (volatile int i = 0; i < 100; ++i) { }
    const uint32_t started = SYST_CVR;
    for (volatile int i = 0; i < 100; ++i) { }
    const uint32_t elapsed = (started - SYST_CVR) & 0xFFFFFF;
    say("time passes: %u, flag %u\n", elapsed > 0, !!(SYST_CSR & systick_count_flag));
    return 0;
}
