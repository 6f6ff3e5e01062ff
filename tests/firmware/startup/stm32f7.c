// SPDX-License-Identifier: GPL-2.0-or-later
//
// STM32F746 to 216 MHz from a crystal, with over-drive: RM0385 sections 3.3.2, 4.1.4, 5.2. Prints through USART1.
#include "startup.h"

#define RCC 0x40023800u
#define PWR 0x40007000u
#define FLASH_REGISTERS 0x40023c00u
#define USART1 0x40011000u

static void start_crystal(void)
{
    REGISTER(RCC + 0x00) |= BIT(0); // HSION
    while (!(REGISTER(RCC + 0x00) & BIT(1)))
        ;
    REGISTER(RCC + 0x08) &= ~3u; // SW: HSI
    while (REGISTER(RCC + 0x08) & 12u)
        ;
    REGISTER(RCC + 0x00) &= ~(BIT(16) | BIT(19) | BIT(24));
    while (REGISTER(RCC + 0x00) & (BIT(17) | BIT(25)))
        ;
    REGISTER(RCC + 0x00) |= BIT(16); // HSEON
    for (uint32_t i = 0; !(REGISTER(RCC + 0x00) & BIT(17)); ++i)
        if (i == 0x5000) // as old start-ups give up
            end(1);
}

static void start_over_drive(void)
{
    REGISTER(RCC + 0x40) |= BIT(28); // PWREN
    (void)REGISTER(RCC + 0x40);
    REGISTER(PWR) |= 3u << 14; // VOS: scale 1
    REGISTER(RCC + 0x04) = 25u | 432u << 6 | 0u << 16 | BIT(22) | 9u << 24; // 25 MHz / 25 * 432 / 2
    REGISTER(RCC + 0x00) |= BIT(24); // PLLON
    REGISTER(PWR) |= BIT(16); // ODEN
    while (!(REGISTER(PWR + 4) & BIT(16)))
        ;
    REGISTER(PWR) |= BIT(17); // ODSWEN
    while (!(REGISTER(PWR + 4) & BIT(17)))
        ;
    while (!(REGISTER(RCC + 0x00) & BIT(25)))
        ;
    while (!(REGISTER(PWR + 4) & BIT(14))) // VOSRDY
        ;
}

static void switch_to_pll(void)
{
    REGISTER(FLASH_REGISTERS) = 7u | BIT(8) | BIT(9); // latency, prefetch, ART
    if ((REGISTER(FLASH_REGISTERS) & 15u) != 7u)
        end(2);
    REGISTER(RCC + 0x08) |= 5u << 10 | 4u << 13; // APB1 / 4, APB2 / 2
    REGISTER(RCC + 0x08) = (REGISTER(RCC + 0x08) & ~3u) | 2u;
    while ((REGISTER(RCC + 0x08) & 12u) != 8u)
        ;
    REGISTER(0x40013820) |= BIT(0); // SYSCFG_CMPCR: compensation cell
    while (!(REGISTER(0x40013820) & BIT(8)))
        ;
}

int main(void)
{
    start_crystal();
    start_over_drive();
    switch_to_pll();
    REGISTER(0xa0000000u) = 0x1011; // FMC_BCR1
    REGISTER(USART1 + 0x0c) = 108000000 / 115200;
    REGISTER(USART1) = BIT(0) | BIT(2) | BIT(3);
    while ((REGISTER(USART1 + 0x1c) & (BIT(21) | BIT(22))) != (BIT(21) | BIT(22))) // TEACK, REACK
        ;
    for (const char* text = "STM32F7 runs\n"; *text; ++text) {
        while (!(REGISTER(USART1 + 0x1c) & BIT(7)))
            ;
        *(volatile uint16_t*)(USART1 + 0x28) = (uint8_t)*text;
    }
    return *(volatile uint16_t*)0x1ff0f442 == 1024 && REGISTER(0xa0000000u) == 0x1011 ? 0 : 3;
}
