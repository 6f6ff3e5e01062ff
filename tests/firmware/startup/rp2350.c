// SPDX-License-Identifier: GPL-2.0-or-later
//
// RP2350 to 150 MHz from its crystal: RP2350 datasheet sections 7.5, 8.1, 8.2, 8.5, 8.6, 12.1, 12.8. Prints through UART0.
#include "startup.h"

#define SET 0x2000u // atomic access
#define CLEAR 0x3000u
#define RESETS 0x40020000u
#define CLOCKS 0x40010000u
#define XOSC 0x40048000u
#define PLL_SYS 0x40050000u
#define UART0 0x40070000u
#define TICKS 0x40108000u
#define TIMER0 0x400b0000u

static void leave_reset(uint32_t bits)
{
    REGISTER(RESETS + CLEAR) = bits;
    while (~REGISTER(RESETS + 8) & bits)
        ;
}

int main(void)
{
    REGISTER(XOSC) = 0xaa0;
    REGISTER(XOSC + SET) = 0xfab << 12;
    while (!(REGISTER(XOSC + 0x04) & BIT(31)))
        ;
    leave_reset(BIT(14)); // PLL_SYS
    REGISTER(PLL_SYS + 0x08) = 125;
    REGISTER(PLL_SYS + 0x04 + CLEAR) = BIT(0) | BIT(5);
    while (!(REGISTER(PLL_SYS) & BIT(31)))
        ;
    REGISTER(PLL_SYS + 0x0c) = 5u << 16 | 2u << 12;
    REGISTER(PLL_SYS + 0x04 + CLEAR) = BIT(3);
    REGISTER(CLOCKS + 0x30) = 2; // the reference from the crystal
    while (REGISTER(CLOCKS + 0x38) != BIT(2))
        ;
    REGISTER(CLOCKS + 0x3c + SET) = 1; // the system from the PLL
    while (REGISTER(CLOCKS + 0x44) != BIT(1))
        ;
    REGISTER(TICKS + 0x1c) = 12;
    REGISTER(TICKS + 0x18) = 1; // TIMER0
    while (!(REGISTER(TICKS + 0x18) & BIT(1)))
        ;
    leave_reset(BIT(23) | BIT(26)); // TIMER0, UART0
    for (uint32_t start = REGISTER(TIMER0 + 0x28); REGISTER(TIMER0 + 0x28) - start < 20;)
        ;
    REGISTER(UART0 + 0x30) = BIT(0) | BIT(8) | BIT(9);
    for (const char* text = "RP2350 runs\n"; *text; ++text) {
        while (REGISTER(UART0 + 0x18) & BIT(5)) // TXFF
            ;
        REGISTER(UART0) = (uint8_t)*text;
    }
    return 0;
}
