// SPDX-License-Identifier: GPL-2.0-or-later
//
// A reset that the firmware asks for: everything begins again, memory that nobody clears is as it
// was.
#include "console.h"
#include "processor.h"

#include <stdint.h>

static uint32_t boots __attribute__((section(".noinit")));
static uint32_t magic __attribute__((section(".noinit")));
static uint32_t cleared;
static uint32_t initialized = 7;

int main(void)
{
    if (magic != 0x600DB007) {
        magic = 0x600DB007;
        boots = 0;
    }
    ++boots;
    say("boot %u: cleared %u, initialized %u, SysTick %x\n", boots, cleared, initialized,
        SYST_CSR & 3);
    ++cleared;
    ++initialized;
    SYST_RVR = 0xFFFFFF;
    SYST_CSR = systick_enable;
    if (boots < 3) {
        AIRCR = 0x05FA0004;
        barrier();
        for (;;) { }
    }
    magic = 0;
    return 0;
}
