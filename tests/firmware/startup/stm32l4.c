// SPDX-License-Identifier: GPL-2.0-or-later
//
// STM32L4R5 to 120 MHz from the multi-speed oscillator: RM0432 sections 3.3.3, 5.1.7, 6.2. Prints through LPUART1.
#include "startup.h"

#define RCC 0x40021000u
#define PWR 0x40007000u
#define FLASH_REGISTERS 0x40022000u
#define LPUART1 0x40008000u

static uint32_t core_clock = 4000000;

static void start_power(void)
{
    REGISTER(RCC + 0x58) |= BIT(28); // PWREN
    (void)REGISTER(RCC + 0x58);
    REGISTER(PWR + 0x80) &= ~BIT(8); // R1MODE: boost
    REGISTER(PWR + 0x00) = (REGISTER(PWR + 0x00) & ~(3u << 9)) | 1u << 9;
    while (REGISTER(PWR + 0x14) & BIT(10)) // VOSF
        ;
}

static void start_oscillators(void)
{
    REGISTER(RCC + 0x00) |= BIT(0); // MSION
    while (!(REGISTER(RCC + 0x00) & BIT(1)))
        ;
    REGISTER(PWR + 0x00) |= BIT(8); // DBP
    while (!(REGISTER(PWR + 0x00) & BIT(8)))
        ;
    REGISTER(RCC + 0x90) |= BIT(0); // LSEON
    while (!(REGISTER(RCC + 0x90) & BIT(1)))
        ;
    REGISTER(RCC + 0x98) |= BIT(0); // HSI48ON
    while (!(REGISTER(RCC + 0x98) & BIT(1)))
        ;
    REGISTER(RCC + 0x94) |= BIT(0); // LSION
    while (!(REGISTER(RCC + 0x94) & BIT(1)))
        ;
}

static void start_pll(void)
{
    REGISTER(RCC + 0x00) &= ~BIT(24);
    while (REGISTER(RCC + 0x00) & BIT(25))
        ;
    REGISTER(RCC + 0x0c) = 1u | 60u << 8 | BIT(24); // MSI 4 MHz * 60 / 2
    REGISTER(RCC + 0x00) |= BIT(24); // PLLON
    while (!(REGISTER(RCC + 0x00) & BIT(25)))
        ;
    REGISTER(FLASH_REGISTERS) = (REGISTER(FLASH_REGISTERS) & ~15u) | 5u;
    while ((REGISTER(FLASH_REGISTERS) & 15u) != 5u)
        ;
    REGISTER(RCC + 0x08) |= 3u; // SW: PLL
    while ((REGISTER(RCC + 0x08) & 12u) != 12u)
        ;
    core_clock = 120000000;
}

static void print(const char* text)
{
    for (; *text; ++text) {
        while (!(REGISTER(LPUART1 + 0x1c) & BIT(7)))
            ;
        REGISTER(LPUART1 + 0x28) = (uint8_t)*text;
    }
    while (!(REGISTER(LPUART1 + 0x1c) & BIT(6)))
        ;
}

int main(void)
{
    start_power();
    start_oscillators();
    start_pll();
    REGISTER(RCC + 0x5c) |= BIT(0); // LPUART1EN
    REGISTER(LPUART1 + 0x0c) = 256 * (core_clock / 115200);
    REGISTER(LPUART1) = BIT(0) | BIT(3); // UE, TE
    while (!(REGISTER(LPUART1 + 0x1c) & BIT(21))) // TEACK
        ;
    print("STM32L4 runs\n");
    return REGISTER(0x1fff75e0) == 2048 ? 0 : 1;
}
