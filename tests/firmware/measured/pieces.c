// SPDX-License-Identifier: GPL-2.0-or-later
//
// Measures itself: reads the cycle counter before and after a piece of code and prints the
// difference. The pieces lie between two labels each, so that whoever reads a profile can add up
// what it charges to them (measured_test.py does). A line is
//
//   NAME CYCLES FUNCTION...
//
// where the functions are what the piece runs outside its labels; nothing else runs them.
#include "console.h"
#include "processor.h"

#include <stdint.h>

// Armv6-M has no cycle counter: there SysTick counts, downward, in 24 bits.
#ifdef __ARM_ARCH_6M__
#define COUNTER SYST_CVR
#define ELAPSED(before, after) (((before) - (after)) & 0xFFFFFF)
static void start_counter(void)
{
    SYST_RVR = 0xFFFFFF;
    SYST_CVR = 0;
    SYST_CSR = systick_enable | systick_processor_clock;
}
#else
#define COUNTER DWT_CYCCNT
#define ELAPSED(before, after) ((after) - (before))
static void start_counter(void)
{
    DEMCR |= 1u << 24; // TRCENA
    DWT_CYCCNT = 0;
    DWT_CTRL |= 1; // CYCCNTENA
}
#endif

#define READ_COUNTER(label)                                                                        \
    ({                                                                                             \
        uint32_t counter_value;                                                                    \
        __asm__ volatile(".global " label "\n" label ": ldr %0, [%1]\n"                            \
                         : "=l"(counter_value)                                                     \
                         : "l"(&COUNTER)                                                           \
                         : "memory");                                                              \
        counter_value;                                                                             \
    })

/// A piece of one or more statements, with the functions it needs.
#define PIECE(name, functions, ...)                                                                \
    static __attribute__((noinline)) void measure_##name(void)                                     \
    {                                                                                              \
        const uint32_t before = READ_COUNTER("begin_" #name);                                      \
        __VA_ARGS__;                                                                               \
        const uint32_t after = READ_COUNTER("end_" #name);                                         \
        say("%s %u %s\n", #name, ELAPSED(before, after), functions);                               \
    }

static volatile uint32_t sink;
static uint32_t words[64];

PIECE(nothing, "", )
PIECE(single, "", __asm__ volatile("nop"))
PIECE(mixed, "",
    __asm__ volatile("movs r0, #5\n"
                     "movs r1, #7\n"
                     "muls r1, r0, r1\n"
                     "ldr r2, =words\n"
                     "b 1f\n"
                     ".pool\n"
                     "1: str r1, [r2]\n"
                     "ldr r3, [r2]\n"
                     "ldr r0, [r2, #4]\n"
                     "adds r3, r3, r0\n"
                     "push {r0, r1, r2, r3}\n"
                     "pop {r0, r1, r2, r3}\n"
                     "2: subs r1, #1\n"
                     "bne 2b\n" ::
                         : "r0", "r1", "r2", "r3", "memory", "cc"))

__attribute__((noipa)) void piece_arithmetic(void)
{
    uint32_t x = sink | 1;
    for (uint32_t i = 0; i < 100; ++i)
        x = x * 1664525 + (x >> 7 ^ i);
    sink = x;
}
PIECE(arithmetic, "piece_arithmetic", piece_arithmetic())

__attribute__((noipa)) void piece_copy(void)
{
    for (uint32_t i = 0; i < 63; ++i)
        words[i] = words[i + 1] + (words[63 - i] >> 1);
}
PIECE(copy, "piece_copy", piece_copy())

__attribute__((noipa)) uint32_t piece_fibonacci(uint32_t n)
{
    return n < 2 ? n : piece_fibonacci(n - 1) + piece_fibonacci(n - 2);
}
PIECE(calls, "piece_fibonacci", sink = piece_fibonacci(9))

/// A table of bytes in flash, looked up where the data says.
static const uint8_t table[256]
    = {17, 91, 3, 200, 45, 77, 128, 250, 9, 33, 61, 19, 222, 111, 54, 5};
__attribute__((noipa)) void piece_table(void)
{
    uint32_t at = 1;
    for (uint32_t i = 0; i < 200; ++i) {
        at = (table[at] + 31 * at + i) & 0xFF;
        if (at & 4)
            words[at & 63] += at;
    }
}
PIECE(table, "piece_table", piece_table())

__attribute__((noipa)) uint32_t piece_switch(uint32_t which, uint32_t x)
{
    switch (which) {
    case 0:
        return x * 3 + 1;
    case 1:
        return x ^ 0x55555555;
    case 2:
        return x >> 3 | x << 29;
    case 3:
        sink = x;
        return x - 7;
    case 4:
        return ~x;
    case 5:
        return x + (x >> 16);
    case 6:
        words[x & 63] = x;
        return x + 99;
    default:
        return x * x;
    }
}
__attribute__((noipa)) void piece_switches(void)
{
    uint32_t x = 12345;
    for (uint32_t i = 0; i < 40; ++i)
        x = piece_switch((x ^ i) & 7, x);
    sink = x;
}
#ifdef __ARM_ARCH_6M__
#define TABLE_HELPER " __gnu_thumb1_case_uqi" // Armv6-M has no table branch; libgcc has this
#else
#define TABLE_HELPER ""
#endif
PIECE(switches, "piece_switch piece_switches" TABLE_HELPER, piece_switches())

#ifndef __ARM_ARCH_6M__
__attribute__((noipa)) void piece_divide(void)
{
    uint32_t sum = 0;
    for (uint32_t i = 1; i < 30; ++i)
        sum += 0xFFFFFFFFu / (i * i * i) + sum / i;
    sink = sum;
}
PIECE(divide, "piece_divide", piece_divide())

__attribute__((noipa)) void piece_unaligned(void)
{
    uint32_t sum = 0;
    const uint8_t* bytes = (const uint8_t*)words + 1;
    for (uint32_t i = 0; i < 40; ++i)
        sum += *(const uint32_t*)(const void*)(bytes + 3 * i);
    sink = sum;
}
PIECE(unaligned, "piece_unaligned", piece_unaligned())
#endif

#ifdef __ARM_FP
__attribute__((noipa)) void piece_float(void)
{
    float x = 2, sum = 0;
    for (int i = 0; i < 25; ++i) {
        x = (x + 2 / x) * 0.5f;
        sum += x * x;
    }
    sink = (uint32_t)(sum * 1000);
}
PIECE(floating_point, "piece_float", piece_float())
#endif

// Exceptions inside a piece belong to it.
void supervisor_call_handler(void) { sink += 3; }
PIECE(supervisor_call, "supervisor_call_handler", __asm__ volatile("svc 0" ::: "memory"))

void pending_supervisor_handler(void) { words[2] += 3; }
PIECE(pending, "pending_supervisor_handler", ICSR = icsr_pendsv_set; barrier())

void interrupt_0_handler(void) { words[3] += 3; }
void interrupt_1_handler(void) { words[4] ^= 3; }
void interrupt_2_handler(void)
{
    NVIC_ISPR = 1;
    barrier();
}
PIECE(chained, "interrupt_0_handler interrupt_1_handler interrupt_2_handler", NVIC_ISPR = 6;
      barrier())

#ifndef __ARM_ARCH_6M__
static volatile uint32_t ticks;
void system_tick_handler(void) { ++ticks; }
__attribute__((noipa)) void piece_interrupted(void)
{
    uint32_t x = 1;
    while (ticks < 5)
        x = x * 3 + ticks;
    sink = x;
}
PIECE(interrupted, "piece_interrupted system_tick_handler", SYST_RVR = 499; SYST_CVR = 0;
      SYST_CSR = systick_enable | systick_interrupt | systick_processor_clock; piece_interrupted();
      SYST_CSR = 0)

/// Masked: nothing runs but the piece.
__attribute__((noipa)) void piece_sleep(void)
{
    mask_interrupts();
    SYST_CVR = 0;
    SYST_CSR = systick_enable | systick_interrupt | systick_processor_clock;
    for (uint32_t woken = 0; woken < 3; ++woken) {
        wait_for_interrupt();
        ICSR = icsr_systick_clear;
    }
    SYST_CSR = 0;
    unmask_interrupts();
}
PIECE(asleep, "piece_sleep", piece_sleep())
#endif

int main(void)
{
    start_counter();
    measure_nothing();
    measure_single();
    measure_mixed();
    measure_arithmetic();
    measure_copy();
    measure_calls();
    measure_table();
    measure_switches();
#ifndef __ARM_ARCH_6M__
    measure_divide();
    measure_unaligned();
#endif
#ifdef __ARM_FP
    measure_floating_point();
#endif
    measure_supervisor_call();
    measure_pending();
    set_priority(0, 0x00);
    set_priority(1, 0x80);
    set_priority(2, 0x80);
    NVIC_ISER = 7;
    measure_chained();
#ifndef __ARM_ARCH_6M__
    measure_interrupted();
    measure_asleep();
#endif
    return 0;
}
