// SPDX-License-Identifier: GPL-2.0-or-later
//
// From reset to main and from there to the end of the run: what main returns is its exit code. An
// exception that nobody handles ends it with 128 + its number.
#include "console.h"

#include <stdint.h>

extern uint32_t stack_top[], data_start[], data_end[], bss_start[],
    bss_end[]; // all from the linker script
extern const uint32_t data_load[];
extern void (*const constructors_start[])(void);
extern void (*const constructors_end[])(void);

int main(void);
#ifdef WITH_NEWLIB
void initialise_monitor_handles(void); // of newlib's librdimon: opens the console
_Noreturn void exit(int);
void _init(void);
void _fini(void);
void* __dso_handle = 0; // of C++ destructors
void _init(void) { }
void _fini(void) { }
#endif

void default_handler(void);
#define HANDLER(name) void name(void) __attribute__((weak, alias("default_handler")))
HANDLER(nmi_handler);
HANDLER(hard_fault_handler);
HANDLER(memory_management_handler);
HANDLER(bus_fault_handler);
HANDLER(usage_fault_handler);
HANDLER(secure_fault_handler);
HANDLER(supervisor_call_handler);
HANDLER(debug_monitor_handler);
HANDLER(pending_supervisor_handler);
HANDLER(system_tick_handler);
HANDLER(interrupt_0_handler);
HANDLER(interrupt_1_handler);
HANDLER(interrupt_2_handler);
HANDLER(interrupt_3_handler);
HANDLER(interrupt_4_handler);
HANDLER(interrupt_5_handler);
HANDLER(interrupt_6_handler);
HANDLER(interrupt_7_handler);

__attribute__((noreturn)) void reset_handler(void)
{
#ifdef __ARM_FP
    *(volatile uint32_t*)0xE000ED88 |= 0xFu << 20; // CPACR: full access to CP10 and CP11
    __asm__ volatile("dsb\n isb" ::: "memory");
#endif
    const uint32_t* load = data_load;
    for (uint32_t* word = data_start; word < data_end; ++word)
        *word = *load++;
    for (uint32_t* word = bss_start; word < bss_end; ++word)
        *word = 0;
#ifdef WITH_NEWLIB
    initialise_monitor_handles();
#endif
    for (void (*const* constructor)(void) = constructors_start; constructor < constructors_end;
         ++constructor)
        (*constructor)();
#ifdef WITH_NEWLIB
    exit(main());
#else
    finish(main());
#endif
}

void default_handler(void)
{
    uint32_t exception;
    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    finish((int)(128 + (exception & 0x1FF)));
}

__attribute__((section(".vectors"), used, aligned(128))) const uintptr_t vectors[16 + 8] = {
    (uintptr_t)stack_top,
    (uintptr_t)reset_handler,
    (uintptr_t)nmi_handler,
    (uintptr_t)hard_fault_handler,
    (uintptr_t)memory_management_handler, // 4 to 7: reserved on Armv6-M, where they never come
    (uintptr_t)bus_fault_handler,
    (uintptr_t)usage_fault_handler,
    (uintptr_t)secure_fault_handler, // Armv8-M only
    0,
    0,
    0,
    (uintptr_t)supervisor_call_handler,
    (uintptr_t)debug_monitor_handler,
    0,
    (uintptr_t)pending_supervisor_handler,
    (uintptr_t)system_tick_handler,
    (uintptr_t)interrupt_0_handler,
    (uintptr_t)interrupt_1_handler,
    (uintptr_t)interrupt_2_handler,
    (uintptr_t)interrupt_3_handler,
    (uintptr_t)interrupt_4_handler,
    (uintptr_t)interrupt_5_handler,
    (uintptr_t)interrupt_6_handler,
    (uintptr_t)interrupt_7_handler,
};
