// SPDX-License-Identifier: GPL-2.0-or-later
//
// STM32U575 to 160 MHz from the multi-speed oscillator, with booster and switched regulator: RM0456 sections 7.3.3, 10.5, 11.4.
// Prints through USART1 at its secure address.
#include "startup.h"

#define RCC 0x46020c00u
#define PWR 0x46020800u
#define FLASH_REGISTERS 0x40022000u
#define ICACHE 0x40030400u
#define USART1 0x50013800u

static void start_power(void)
{
    REGISTER(RCC + 0x94) |= BIT(2); // PWREN
    REGISTER(PWR + 0x08) |= BIT(1); // REGSEL: SMPS
    while (!(REGISTER(PWR + 0x3c) & BIT(1))) // REGS
        ;
    REGISTER(PWR + 0x0c) |= 3u << 16; // VOS: range 1
    while (!(REGISTER(PWR + 0x0c) & BIT(15))) // VOSRDY
        ;
    while (!(REGISTER(PWR + 0x3c) & BIT(15)) || (REGISTER(PWR + 0x3c) >> 16 & 3) != 3) // ACTVOSRDY, ACTVOS
        ;
}

static void start_pll(void)
{
    while (!(REGISTER(RCC) & BIT(2))) // MSISRDY
        ;
    REGISTER(RCC) |= BIT(12); // HSI48ON
    while (!(REGISTER(RCC) & BIT(13)))
        ;
    REGISTER(RCC + 0x28) = 1u | BIT(18); // PLL1CFGR: from MSIS
    REGISTER(RCC + 0x34) = 79u | 1u << 24; // PLL1DIVR
    REGISTER(PWR + 0x0c) |= BIT(18); // BOOSTEN
    while (!(REGISTER(PWR + 0x0c) & BIT(14)))
        ;
    REGISTER(RCC) |= BIT(24); // PLL1ON
    while (!(REGISTER(RCC) & BIT(25)))
        ;
    REGISTER(FLASH_REGISTERS) = (REGISTER(FLASH_REGISTERS) & ~15u) | 4u;
    while ((REGISTER(FLASH_REGISTERS) & 15u) != 4u)
        ;
    REGISTER(RCC + 0x1c) |= 3u; // SW: PLL1
    while ((REGISTER(RCC + 0x1c) & 12u) != 12u)
        ;
}

static void start_cache(void)
{
    REGISTER(ICACHE) |= BIT(1); // CACHEINV
    while (!(REGISTER(ICACHE + 4) & BIT(1))) // BSYENDF
        ;
    REGISTER(ICACHE + 0x0c) = BIT(1);
    if (REGISTER(ICACHE + 4) & (BIT(0) | BIT(1)))
        end(1);
    REGISTER(ICACHE) |= BIT(0);
}

int main(void)
{
    start_power();
    start_pll();
    start_cache();
    REGISTER(PWR + 0x28) |= BIT(0); // DBP
    REGISTER(RCC + 0xf0) |= BIT(0); // LSEON
    while (!(REGISTER(RCC + 0xf0) & BIT(1)))
        ;
    REGISTER(RCC + 0xf0) |= BIT(7); // LSESYSEN
    while (!(REGISTER(RCC + 0xf0) & BIT(11)))
        ;
    REGISTER(USART1) = BIT(0) | BIT(3);
    while (!(REGISTER(USART1 + 0x1c) & BIT(21)))
        ;
    for (const char* text = "STM32U5 runs\n"; *text; ++text) {
        while (!(REGISTER(USART1 + 0x1c) & BIT(7)))
            ;
        REGISTER(USART1 + 0x28) = (uint8_t)*text;
    }
    return REGISTER(USART1 - 0x10000000u) == (BIT(0) | BIT(3)) ? 0 : 2; // the non-secure address shows the same
}
