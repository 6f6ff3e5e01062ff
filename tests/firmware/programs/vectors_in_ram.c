// SPDX-License-Identifier: GPL-2.0-or-later
//
// The vector table moves to RAM and changes while the program runs; handlers and other code run
// from RAM.
#include "console.h"
#include "processor.h"

#include <stdint.h>

extern const uintptr_t vectors[24];
static uintptr_t table[24] __attribute__((aligned(256)));
static volatile uint32_t first, second;

static void first_handler(void) { ++first; }

__attribute__((section(".ram_code"), noinline)) static void second_handler(void) { second += 10; }

__attribute__((section(".ram_code"), noinline)) static uint32_t checksum(
    const uint8_t* bytes, uint32_t count)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; ++i)
        sum = (sum << 5 | sum >> 27) ^ bytes[i];
    return sum;
}

static uint32_t (*volatile checksum_in_ram)(const uint8_t*, uint32_t) = checksum;

int main(void)
{
    for (unsigned i = 0; i < 24; ++i)
        table[i] = vectors[i];
    table[16] = (uintptr_t)first_handler;
    mask_interrupts();
    VTOR = (uint32_t)(uintptr_t)table;
    barrier();
    unmask_interrupts();
    NVIC_ISER = 1;
    pend(0);
    say("first %u, second %u\n", first, second);
    table[16] = (uintptr_t)second_handler;
    barrier();
    pend(0);
    pend(0);
    say("first %u, second %u\n", first, second);

    static const uint8_t text[] = "the quick brown fox jumps over the lazy dog";
    say("checksum %X, runs in RAM: %u\n", checksum_in_ram(text, sizeof text - 1),
        ((uintptr_t)checksum_in_ram & 0x20000000) != 0);

    // Code that the program writes itself: movs r0, #n; bx lr.
    static uint16_t code[2] __attribute__((aligned(4)));
    uint32_t sum = 0;
    for (uint32_t i = 1; i <= 5; ++i) {
        code[0] = (uint16_t)(0x2000 | i * 11);
        code[1] = 0x4770;
        barrier();
        sum += ((uint32_t(*)(void))((uintptr_t)code | 1))();
    }
    say("written code returned %u in all\n", sum);
    return 0;
}
