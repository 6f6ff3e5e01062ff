// SPDX-License-Identifier: GPL-2.0-or-later
//
// Words and halfwords at any address, as packed structures have them; over the border of the code
// and data of the program.
#include "console.h"

#include <stdint.h>

struct __attribute__((packed)) record {
    uint8_t kind;
    uint32_t value;
    uint16_t length;
    uint64_t stamp;
    int16_t offset;
};

static uint8_t memory[128] __attribute__((aligned(8)));

static __attribute__((noinline)) uint32_t load_word(const uint8_t* from)
{
    return *(const uint32_t*)(const void*)from;
}
static __attribute__((noinline)) int32_t load_half(const uint8_t* from)
{
    return *(const int16_t*)(const void*)from;
}
static __attribute__((noinline)) void store_word(uint8_t* to, uint32_t word)
{
    *(uint32_t*)(void*)to = word;
}
static __attribute__((noinline)) void store_half(uint8_t* to, uint16_t half)
{
    *(uint16_t*)(void*)to = half;
}

int main(void)
{
    for (uint32_t i = 0; i < sizeof memory; ++i)
        memory[i] = (uint8_t)(i * 37 + 11);
    for (uint32_t i = 0; i < 9; ++i)
        say("%X %d\n", load_word(memory + i), load_half(memory + i + 20));
    for (uint32_t i = 0; i < 12; ++i) {
        store_word(memory + 40 + i * 5, 0x11223344 * (i + 1));
        store_half(memory + 42 + i * 5, (uint16_t)(0xABCD - i));
    }
    uint32_t sum = 0;
    for (uint32_t i = 0; i < sizeof memory - 3; ++i)
        sum = sum * 31 + load_word(memory + i);
    say("sum %X\n", sum);

    struct record* records = (struct record*)(void*)(memory + 1);
    uint64_t stamps = 0;
    for (uint32_t i = 0; i < 6; ++i) {
        records[i].kind = (uint8_t)i;
        records[i].value = i * 0x01234567;
        records[i].length = (uint16_t)(i * 1000);
        records[i].stamp = i * 0x123456789ABCull;
        records[i].offset = (int16_t)-i;
        stamps += records[i].stamp + records[i].value + records[i].length
            + (uint64_t)records[i].offset;
    }
    say("stamps %X%X\n", (uint32_t)(stamps >> 32), (uint32_t)stamps);
    return 0;
}
