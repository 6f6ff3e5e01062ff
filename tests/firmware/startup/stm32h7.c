// SPDX-License-Identifier: GPL-2.0-or-later
//
// STM32H743 to 400 MHz from a crystal: RM0433 sections 4.3.8, 6.4.1, 6.6.2, 8.5. Prints through USART3.
#include "startup.h"

#define RCC 0x58024400u
#define PWR 0x58024800u
#define FLASH_REGISTERS 0x52002000u
#define USART3 0x40004800u

static void start_power(void)
{
    REGISTER(PWR + 0x0c) = (REGISTER(PWR + 0x0c) & ~7u) | BIT(1); // LDOEN
    while (!(REGISTER(PWR + 0x04) & BIT(13))) // ACTVOSRDY
        ;
    REGISTER(PWR + 0x18) |= 3u << 14; // VOS: scale 1
    while (!(REGISTER(PWR + 0x18) & BIT(13))) // VOSRDY
        ;
    while ((REGISTER(PWR + 0x04) >> 14 & 3) != 3) // ACTVOS
        ;
}

static void start_pll(void)
{
    if (!(REGISTER(RCC) & BIT(5))) // HSIDIVF
        end(1);
    REGISTER(RCC) |= BIT(16); // HSEON
    while (!(REGISTER(RCC) & BIT(17)))
        ;
    REGISTER(RCC) |= BIT(7); // CSION
    while (!(REGISTER(RCC) & BIT(8)))
        ;
    REGISTER(RCC) |= BIT(12); // HSI48ON
    while (!(REGISTER(RCC) & BIT(13)))
        ;
    REGISTER(RCC + 0x28) = 2u | 4u << 4; // PLLCKSELR
    REGISTER(RCC + 0x30) = 399u | 1u << 9 | 1u << 16 | 1u << 24; // PLL1DIVR
    REGISTER(RCC) |= BIT(24); // PLL1ON
    while (!(REGISTER(RCC) & BIT(25)))
        ;
    REGISTER(FLASH_REGISTERS) = 0x24; // four wait states
    while (REGISTER(FLASH_REGISTERS) != 0x24)
        ;
    REGISTER(RCC + 0x10) |= 3u; // SW: PLL1
    while ((REGISTER(RCC + 0x10) & 0x38u) != 0x18u)
        ;
}

int main(void)
{
    start_power();
    start_pll();
    REGISTER(USART3) = BIT(0) | BIT(3);
    while (!(REGISTER(USART3 + 0x1c) & BIT(21))) // TEACK
        ;
    for (const char* text = "STM32H7 runs\n"; *text; ++text) {
        while (!(REGISTER(USART3 + 0x1c) & BIT(7)))
            ;
        REGISTER(USART3 + 0x28) = (uint8_t)*text;
    }
    return REGISTER(0x5c001000) >> 16 == 0x2003 ? 0 : 2; // revision V
}
