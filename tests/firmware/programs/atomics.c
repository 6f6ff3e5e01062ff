// SPDX-License-Identifier: GPL-2.0-or-later
//
// LDREX and STREX, byte to word, and that an exception in between makes the store fail.
#include "console.h"
#include "processor.h"

#include <stdatomic.h>
#include <stdint.h>

static atomic_uint counter;
static _Atomic uint8_t small;
static _Atomic uint16_t medium;
static uint32_t word;

void pending_supervisor_handler(void) { atomic_fetch_add(&counter, 100); }

static uint32_t interrupted_store(uint32_t interrupt)
{
    uint32_t failed, scratch;
    register volatile uint32_t* icsr __asm__("r2") = &ICSR;
    register uint32_t set __asm__("r3") = interrupt ? icsr_pendsv_set : 0;
    __asm__ volatile("ldrex %1, [%2]\n"
                     "str r3, [r2]\n"
                     "dsb\n isb\n"
                     "adds %1, #1\n"
                     "strex %0, %1, [%2]\n"
                     : "=&r"(failed), "=&r"(scratch)
                     : "r"(&word), "r"(icsr), "r"(set)
                     : "memory", "cc");
    return failed;
}

int main(void)
{
    for (unsigned i = 0; i < 50; ++i) {
        atomic_fetch_add(&counter, i);
        atomic_fetch_xor(&small, (uint8_t)(i * 3));
        atomic_fetch_sub(&medium, (uint16_t)(i * 777));
    }
    unsigned expected = 7;
    const int swapped = atomic_compare_exchange_strong(&counter, &expected, 8);
    say("counter %u, small %u, medium %u, swapped %u, found %u\n", counter, small, medium,
        (unsigned)swapped, expected);
    say("alone: failed %u, word %u\n", interrupted_store(0), word);
    say("interrupted: failed %u, word %u, counter %u\n", interrupted_store(1), word, counter);
    uint32_t failed;
    __asm__ volatile("clrex\n strex %0, %1, [%2]" : "=&r"(failed) : "r"(5), "r"(&word) : "memory");
    say("cleared: failed %u, word %u\n", failed, word);
    return 0;
}
