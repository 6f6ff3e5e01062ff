// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <stdint.h>

// Registers of the system control space that the programs use, and special registers of the
// processor, by the names that the Arm Architecture Reference Manuals give them (Armv7-M: DDI
// 0403E, B3.2 to B3.4 and C1.8).

#define REGISTER(address) (*(volatile uint32_t*)(address))

#define SYST_CSR REGISTER(0xE000E010)
#define SYST_RVR REGISTER(0xE000E014)
#define SYST_CVR REGISTER(0xE000E018)
#define NVIC_ISER REGISTER(0xE000E100)
#define NVIC_ICER REGISTER(0xE000E180)
#define NVIC_ISPR REGISTER(0xE000E200)
#define NVIC_ICPR REGISTER(0xE000E280)
#define NVIC_IPR(n) REGISTER(0xE000E400 + 4 * (n))
#define ICSR REGISTER(0xE000ED04)
#define VTOR REGISTER(0xE000ED08)
#define AIRCR REGISTER(0xE000ED0C)
#define SCR REGISTER(0xE000ED10)
#define CCR REGISTER(0xE000ED14)
#define SHPR2 REGISTER(0xE000ED1C)
#define SHPR3 REGISTER(0xE000ED20)
#define SHCSR REGISTER(0xE000ED24)
#define CFSR REGISTER(0xE000ED28)
#define HFSR REGISTER(0xE000ED2C)
#define BFAR REGISTER(0xE000ED38)
#define CPACR REGISTER(0xE000ED88)
#define FPCCR REGISTER(0xE000EF34)
#define FPCAR REGISTER(0xE000EF38)
#define DEMCR REGISTER(0xE000EDFC)
#define DWT_CTRL REGISTER(0xE0001000)
#define DWT_CYCCNT REGISTER(0xE0001004)

enum {
    icsr_nmi_set = 1u << 31,
    icsr_pendsv_set = 1u << 28,
    icsr_pendsv_clear = 1u << 27,
    icsr_systick_set = 1u << 26,
    icsr_systick_clear = 1u << 25,
    icsr_interrupt_pending = 1u << 22,
    icsr_return_to_base = 1u << 11,
    systick_enable = 1,
    systick_interrupt = 2,
    systick_processor_clock = 4,
    systick_count_flag = 1u << 16,
};

#define READ_SPECIAL(name)                                                                         \
    ({                                                                                             \
        uint32_t special_value;                                                                    \
        __asm__ volatile("mrs %0, " #name : "=r"(special_value)::"memory");                        \
        special_value;                                                                             \
    })
#define WRITE_SPECIAL(name, value)                                                                 \
    __asm__ volatile("msr " #name ", %0\n isb" ::"r"(value) : "memory")

static inline void barrier(void) { __asm__ volatile("dsb\n isb" ::: "memory"); }
static inline void mask_interrupts(void) { __asm__ volatile("cpsid i" ::: "memory"); }
static inline void unmask_interrupts(void) { __asm__ volatile("cpsie i\n isb" ::: "memory"); }
static inline void wait_for_interrupt(void) { __asm__ volatile("dsb\n wfi\n isb" ::: "memory"); }
static inline void wait_for_event(void) { __asm__ volatile("dsb\n wfe\n isb" ::: "memory"); }

/// Makes an interrupt pending, when all that its handler may look at is in memory, and waits until
/// it is.
static inline void pend(unsigned interrupt)
{
    barrier();
    NVIC_ISPR = 1u << interrupt;
    barrier();
}

/// Word access only: Armv6-M has no other.
static inline void set_priority(unsigned interrupt, unsigned priority)
{
    const unsigned shift = 8 * (interrupt % 4);
    NVIC_IPR(interrupt / 4) = (NVIC_IPR(interrupt / 4) & ~(0xFFu << shift)) | (priority << shift);
}
