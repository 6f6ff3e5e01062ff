// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the start-ups share: a vector table, zeroed and copied variables, and an end through semihosting. The clock code is
// each program's own, written after the manual it names, in the order and with the waits that vendors' start-ups have.
#pragma once

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define BIT(n) (1u << (n))

extern uint32_t stack_top, data_start, data_end, data_load, bss_start, bss_end;

int main(void);

static inline void end(uint32_t code)
{
    struct {
        uint32_t reason, code;
    } block = {0x20026, code};
    register uint32_t operation __asm__("r0") = 0x20;
    register void* parameter __asm__("r1") = &block;
    __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(parameter) : "memory");
    for (;;)
        ;
}

void reset_handler(void)
{
    uint32_t* from = &data_load;
    for (uint32_t* to = &data_start; to < &data_end;)
        *to++ = *from++;
    for (uint32_t* to = &bss_start; to < &bss_end;)
        *to++ = 0;
    end((uint32_t)main());
}

static void unexpected(void) { end(99); }

__attribute__((section(".vectors"), used)) static void* const vectors[16]
    = {&stack_top, reset_handler, unexpected, unexpected, unexpected, unexpected, unexpected, 0, 0, 0, 0, unexpected, unexpected, 0,
        unexpected, unexpected};
