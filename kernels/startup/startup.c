// SPDX-License-Identifier: MIT
#include "semihosting.h"

#include <stdint.h>

// From reset to main: vector table, FPU, .data and .bss. What main returns is the exit code of the
// run; an exception that nobody handles ends it with 128 + its number. The array of activations
// (.arena) is left as it is, so that whoever starts the firmware can put the network's inputs there
// first.

extern uint32_t mcuprof_stack_top[]; // all from the linker script
extern uint32_t mcuprof_data_start[], mcuprof_data_end[];
extern const uint32_t mcuprof_data_load[];
extern uint32_t mcuprof_bss_start[], mcuprof_bss_end[];

int main(void);
void reset_handler(void);
void default_handler(void);

void nmi_handler(void) __attribute__((weak, alias("default_handler")));
void hard_fault_handler(void) __attribute__((weak, alias("default_handler")));
void memory_management_handler(void) __attribute__((weak, alias("default_handler")));
void bus_fault_handler(void) __attribute__((weak, alias("default_handler")));
void usage_fault_handler(void) __attribute__((weak, alias("default_handler")));
void secure_fault_handler(void) __attribute__((weak, alias("default_handler")));
void supervisor_call_handler(void) __attribute__((weak, alias("default_handler")));
void debug_monitor_handler(void) __attribute__((weak, alias("default_handler")));
void pending_supervisor_handler(void) __attribute__((weak, alias("default_handler")));
void system_tick_handler(void) __attribute__((weak, alias("default_handler")));

typedef void (*handler)(void);

struct vector_table {
    uint32_t* stack_top;
    handler handlers[15];
};

__attribute__((section(".vectors"), used)) const struct vector_table mcuprof_vectors = {
    mcuprof_stack_top,
    {
        reset_handler,
        nmi_handler,
        hard_fault_handler,
        memory_management_handler, // 4 to 7: reserved on Armv6-M, where they never come
        bus_fault_handler,
        usage_fault_handler,
        secure_fault_handler, // Armv8-M only
        0,
        0,
        0,
        supervisor_call_handler,
        debug_monitor_handler,
        0,
        pending_supervisor_handler,
        system_tick_handler,
    },
};

#define VECTOR_TABLE_OFFSET (*(volatile uint32_t*)0xE000ED08)
#define COPROCESSOR_ACCESS (*(volatile uint32_t*)0xE000ED88)

static void enable_floating_point(void)
{
#ifdef __ARM_FP
    COPROCESSOR_ACCESS |= 0xFu << 20; // CP10 and CP11: full access
    __asm__ volatile("dsb\n isb" ::: "memory");
#endif
}

#ifdef MCUPROF_COPIES
// Code and weights that the linker script runs from RAM. Volatile, or the compiler would call a memcpy that is not there
// yet.
struct copy {
    const volatile uint32_t* from;
    volatile uint32_t* to;
    uint32_t bytes;
};
extern const struct copy mcuprof_copies_start[], mcuprof_copies_end[];

static inline __attribute__((always_inline)) void copy_sections(void)
{
    for (const struct copy* copy = mcuprof_copies_start; copy < mcuprof_copies_end; ++copy)
        for (uint32_t word = 0; word < copy->bytes / 4; ++word)
            copy->to[word] = copy->from[word];
    __asm__ volatile("dsb\n isb" ::: "memory");
}
#endif

__attribute__((noreturn)) void reset_handler(void)
{
    // On Armv6-M the register is optional and ignores writes where it is missing.
    VECTOR_TABLE_OFFSET = (uint32_t)(uintptr_t)&mcuprof_vectors;
    enable_floating_point();
#ifdef MCUPROF_COPIES
    copy_sections();
#endif

    const uint32_t* load = mcuprof_data_load;
    for (uint32_t* word = mcuprof_data_start; word < mcuprof_data_end; ++word)
        *word = *load++;
    for (uint32_t* word = mcuprof_bss_start; word < mcuprof_bss_end; ++word)
        *word = 0;

    semihosting_exit(main());
}

void default_handler(void)
{
    uint32_t exception;
    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    semihosting_exit((int32_t)(128 + (exception & 0x1FF)));
}
