// SPDX-License-Identifier: GPL-2.0-or-later
//
// RP2040 to 125 MHz from its crystal: RP2040 datasheet sections 2.14 to 2.18, 4.2, 4.6, 4.7. Prints through UART0.
#include "startup.h"

#define SET 0x2000u // atomic access
#define CLEAR 0x3000u
#define RESETS 0x4000c000u
#define CLOCKS 0x40008000u
#define XOSC 0x40024000u
#define PLL_SYS 0x40028000u
#define UART0 0x40034000u
#define WATCHDOG 0x40058000u
#define TIMER 0x40054000u
#define SIO 0xd0000000u

static void leave_reset(uint32_t bits)
{
    REGISTER(RESETS + CLEAR) = bits;
    while (~REGISTER(RESETS + 8) & bits)
        ;
}

static void start_clocks(void)
{
    REGISTER(WATCHDOG + 0x2c) = 12 | BIT(9); // a tick each microsecond
    while (!(REGISTER(WATCHDOG + 0x2c) & BIT(10)))
        ;
    REGISTER(XOSC + 0x0c) = 47; // STARTUP
    REGISTER(XOSC + 0x00) = 0xaa0;
    REGISTER(XOSC + SET) = 0xfab << 12;
    while (!(REGISTER(XOSC + 0x04) & BIT(31)))
        ;
    REGISTER(CLOCKS + 0x3c + CLEAR) = 1; // both off their auxiliary sources
    while (REGISTER(CLOCKS + 0x44) != 1)
        ;
    REGISTER(CLOCKS + 0x30 + CLEAR) = 3;
    while (REGISTER(CLOCKS + 0x38) != 1)
        ;
    REGISTER(RESETS + SET) = BIT(12); // PLL_SYS, there and back
    leave_reset(BIT(12));
    REGISTER(PLL_SYS + 0x08) = 125;
    REGISTER(PLL_SYS + 0x04 + CLEAR) = BIT(0) | BIT(5);
    while (!(REGISTER(PLL_SYS) & BIT(31)))
        ;
    REGISTER(PLL_SYS + 0x0c) = 6u << 16 | 2u << 12;
    REGISTER(PLL_SYS + 0x04 + CLEAR) = BIT(3);
    REGISTER(CLOCKS + 0x30) = 2; // the reference from the crystal
    while (REGISTER(CLOCKS + 0x38) != BIT(2))
        ;
    REGISTER(CLOCKS + 0x3c + SET) = 1; // the system from the PLL
    while (REGISTER(CLOCKS + 0x44) != BIT(1))
        ;
    REGISTER(CLOCKS + 0x48) = BIT(11); // the peripherals' clock
}

static void wait_microseconds(uint32_t time)
{
    uint32_t start = REGISTER(TIMER + 0x28);
    while (REGISTER(TIMER + 0x28) - start < time)
        ;
}

static int divider_works(void)
{
    REGISTER(SIO + 0x68) = (uint32_t)-1000;
    REGISTER(SIO + 0x6c) = 7;
    while (!(REGISTER(SIO + 0x78) & BIT(0)))
        ;
    return (int32_t)REGISTER(SIO + 0x74) == -6 && (int32_t)REGISTER(SIO + 0x70) == -142;
}

int main(void)
{
    start_clocks();
    leave_reset(BIT(5) | BIT(8) | BIT(21) | BIT(22)); // IO_BANK0, PADS_BANK0, TIMER, UART0
    wait_microseconds(50);
    while (!REGISTER(SIO + 0x100 + 4 * 31)) // the last spin lock
        ;
    REGISTER(UART0 + 0x30) = BIT(0) | BIT(8) | BIT(9);
    for (const char* text = "RP2040 runs\n"; *text; ++text) {
        while (REGISTER(UART0 + 0x18) & BIT(5)) // TXFF
            ;
        REGISTER(UART0) = (uint8_t)*text;
    }
    while (REGISTER(UART0 + 0x18) & BIT(3)) // BUSY
        ;
    REGISTER(SIO + 0x1c) = BIT(25); // GPIO_OUT_XOR
    return divider_works() && REGISTER(SIO + 0x10) == BIT(25) ? 0 : 1;
}
