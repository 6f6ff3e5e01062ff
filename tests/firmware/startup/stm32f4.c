// SPDX-License-Identifier: GPL-2.0-or-later
//
// STM32F446 to 180 MHz from a crystal, with over-drive: RM0390 sections 3.4.1, 5.1.4, 6.2. Clocks are switched through the bit
// band, as ST's library does. Prints through USART2.
#include "startup.h"

#define RCC 0x40023800u
#define PWR 0x40007000u
#define FLASH_REGISTERS 0x40023c00u
#define USART2 0x40004400u
#define BIT_BAND(address, bit) REGISTER(0x42000000u + ((address) - 0x40000000u) * 32 + (bit) * 4)

static void start_crystal_and_pll(void)
{
    BIT_BAND(RCC, 16) = 1; // HSEON
    while (!BIT_BAND(RCC, 17))
        ;
    REGISTER(RCC + 0x40) |= BIT(28); // PWREN
    REGISTER(PWR) |= 3u << 14; // VOS: scale 1
    BIT_BAND(RCC, 24) = 0; // PLLON
    while (REGISTER(RCC) & BIT(25))
        ;
    REGISTER(RCC + 0x04) = 8u | 360u << 6 | BIT(22) | 7u << 24 | 2u << 28;
    BIT_BAND(RCC, 24) = 1;
    while (!(REGISTER(RCC) & BIT(25)))
        ;
    BIT_BAND(PWR, 16) = 1; // ODEN
    while (!(REGISTER(PWR + 4) & BIT(16)))
        ;
    BIT_BAND(PWR, 17) = 1; // ODSWEN
    while (!(REGISTER(PWR + 4) & BIT(17)))
        ;
}

static void switch_to_pll(void)
{
    *(volatile uint8_t*)FLASH_REGISTERS = 5; // the latency alone, by a byte
    REGISTER(FLASH_REGISTERS) |= BIT(8) | BIT(9) | BIT(10);
    if ((REGISTER(FLASH_REGISTERS) & 15u) != 5u)
        end(1);
    REGISTER(RCC + 0x08) |= 2u | 5u << 10 | 4u << 13;
    while ((REGISTER(RCC + 0x08) & 12u) != 8u)
        ;
}

int main(void)
{
    static uint32_t flag;
    start_crystal_and_pll();
    switch_to_pll();
    // SRAM has a bit band too.
    volatile uint32_t* bit = (volatile uint32_t*)(0x22000000u + ((uint32_t)&flag - 0x20000000u) * 32 + 9 * 4);
    *bit = 1;
    if (*(volatile uint32_t*)&flag != BIT(9) || *bit != 1)
        return 2;
    REGISTER(USART2 + 0x08) = 45000000 / 115200;
    REGISTER(USART2 + 0x0c) = BIT(13) | BIT(3);
    for (const char* text = "STM32F4 runs\n"; *text; ++text) {
        while (!(REGISTER(USART2) & BIT(7))) // TXE
            ;
        REGISTER(USART2 + 0x04) = (uint8_t)*text;
    }
    while (!(REGISTER(USART2) & BIT(6))) // TC
        ;
    return *(volatile uint16_t*)0x1fff7a22 == 512 ? 0 : 3;
}
