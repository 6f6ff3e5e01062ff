// SPDX-License-Identifier: GPL-2.0-or-later
//
// nRF52840 on its crystals: nRF52840 PS v1.7 sections 5.4, 6.33, 6.34. Prints through UART0, then through UARTE0 with a buffer.
#include "startup.h"

#define CLOCK 0x40000000u
#define UART0 0x40002000u

static char buffer[] = "through a buffer\n"; // EasyDMA reads RAM only

static void start_clocks(void)
{
    REGISTER(CLOCK + 0x100) = 0; // EVENTS_HFCLKSTARTED
    REGISTER(CLOCK + 0x000) = 1; // TASKS_HFCLKSTART
    while (!REGISTER(CLOCK + 0x100))
        ;
    while ((REGISTER(CLOCK + 0x40c) & (BIT(0) | BIT(16))) != (BIT(0) | BIT(16))) // HFCLKSTAT: crystal, running
        ;
    REGISTER(CLOCK + 0x518) = 1; // LFCLKSRC: crystal
    REGISTER(CLOCK + 0x104) = 0;
    REGISTER(CLOCK + 0x008) = 1;
    while (!REGISTER(CLOCK + 0x104))
        ;
    REGISTER(CLOCK + 0x104) = 0;
    if (REGISTER(CLOCK + 0x104) || REGISTER(CLOCK + 0x418) != (BIT(0) | BIT(16)))
        end(1);
}

static void print_characters(const char* text)
{
    REGISTER(UART0 + 0x500) = 4; // ENABLE: UART
    REGISTER(UART0 + 0x008) = 1; // TASKS_STARTTX
    for (; *text; ++text) {
        REGISTER(UART0 + 0x11c) = 0; // EVENTS_TXDRDY
        REGISTER(UART0 + 0x51c) = (uint8_t)*text;
        while (!REGISTER(UART0 + 0x11c))
            ;
    }
    REGISTER(UART0 + 0x00c) = 1; // TASKS_STOPTX
}

static void print_buffer(const char* text, uint32_t length)
{
    REGISTER(UART0 + 0x500) = 8; // ENABLE: UARTE
    REGISTER(UART0 + 0x544) = (uint32_t)text;
    REGISTER(UART0 + 0x548) = length;
    REGISTER(UART0 + 0x120) = 0; // EVENTS_ENDTX
    REGISTER(UART0 + 0x008) = 1;
    while (!REGISTER(UART0 + 0x120))
        ;
    if (REGISTER(UART0 + 0x54c) != length)
        end(2);
}

int main(void)
{
    start_clocks();
    while (!REGISTER(0x4001e400)) // NVMC_READY
        ;
    REGISTER(0x50000508) = BIT(13); // P0.OUTSET
    REGISTER(0x50000514) = BIT(13);
    if (REGISTER(0x50000504) != BIT(13) || REGISTER(0x50000510) != BIT(13))
        return 3;
    REGISTER(0x5000050c) = BIT(13); // OUTCLR
    if (REGISTER(0x50000504))
        return 4;
    print_characters("nRF52 runs\n");
    print_buffer(buffer, sizeof buffer - 1);
    return REGISTER(0x10000100) == 0x52840 ? 0 : 5; // FICR.INFO.PART
}
