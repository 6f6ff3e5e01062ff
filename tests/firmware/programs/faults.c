// SPDX-License-Identifier: GPL-2.0-or-later
//
// Faults that reach their handlers: which one, what the status registers say, where the frame
// points, and that the program goes on behind the instruction. Armv7-M ARM, B1.5.14 and B3.2.15.
#include "console.h"
#include "processor.h"

#include <stdint.h>

enum { bus_fault_enable = 1u << 17, usage_fault_enable = 1u << 18, memory_fault_enable = 1u << 16 };
enum { trap_divide = 1u << 4, trap_unaligned = 1u << 3 };

struct frame {
    uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
};

static volatile uint32_t seen_exception, seen_status, seen_hard, seen_pc, seen_thumb;

#define FAULT_HANDLER(name)                                                                        \
    __attribute__((naked)) void name(void)                                                         \
    {                                                                                              \
        __asm__ volatile("mov r0, sp\n ldr r1, =handle_fault\n bx r1\n .pool\n");                  \
    }
FAULT_HANDLER(hard_fault_handler)
FAULT_HANDLER(bus_fault_handler)
FAULT_HANDLER(usage_fault_handler)
FAULT_HANDLER(memory_management_handler)

__attribute__((used)) void handle_fault(struct frame* frame)
{
    seen_exception = READ_SPECIAL(ipsr);
    seen_status = CFSR;
    seen_hard = HFSR;
    seen_pc = frame->pc;
    seen_thumb = frame->xpsr >> 24 & 1;
    CFSR = seen_status; // written ones clear
    HFSR = seen_hard;
    if (seen_status & 1u << 17) { // not in Thumb state: back to the caller
        frame->xpsr |= 1u << 24;
        frame->pc = frame->lr & ~1u;
        return;
    }
    const uint16_t first = *(const uint16_t*)(uintptr_t)frame->pc;
    frame->pc += first >> 11 >= 0x1D ? 4 : 2;
}

// Each returns where it expects the fault.
#define FAULTING(name, before, instruction, ...)                                                   \
    static __attribute__((noinline)) uint32_t name(void)                                           \
    {                                                                                              \
        uint32_t place;                                                                            \
        __asm__ volatile("adr %0, 1f\n" before ".balign 4\n1: " instruction "\n"                   \
                         : "=&l"(place)::"r0", "r1", "r2", "r3", "memory");                        \
        return place;                                                                              \
    }
FAULTING(undefined_instruction, "", "udf #7")
FAULTING(undefined_wide, "", "udf.w #7")
FAULTING(divide_by_zero, "movs r0, #5\n movs r1, #0\n", "udiv r2, r0, r1")
FAULTING(unaligned_word, "ldr r0, =unaligned_place\n adds r0, #1\n b 1f\n .pool\n", "ldr r1, [r0]")
FAULTING(unaligned_double, "ldr r0, =unaligned_place\n adds r0, #1\n b 1f\n .pool\n",
    "ldrd r1, r2, [r0]")
FAULTING(unmapped_load, "mov r0, #0x90000000\n", "ldr r1, [r0, #8]")
FAULTING(unmapped_store, "mov r0, #0x90000000\n", "str r1, [r0, #16]")

__attribute__((used)) static uint32_t unaligned_place[4];

static void report(const char* what, uint32_t place)
{
    say("%s: exception %u, status %X, hard %X, at the instruction: %u\n", what, seen_exception,
        seen_status, seen_hard, seen_pc == place);
    seen_exception = 0;
}

static uint32_t quotient(void)
{
    uint32_t result = 99;
    __asm__ volatile("udiv %0, %1, %2" : "=r"(result) : "r"(7), "r"(0));
    return result;
}

static void all(void)
{
    report("undefined instruction", undefined_instruction());
    report("undefined wide instruction", undefined_wide());
    CCR |= trap_divide;
    barrier();
    report("divide by zero", divide_by_zero());
    CCR &= ~trap_divide;
    barrier();
    report("unaligned double", unaligned_double());
    report("load from nothing", unmapped_load());
    report("store to nothing", unmapped_store());
}

int main(void)
{
    say("quotient by zero without trap: %u\n", quotient());
    say("own handlers\n");
    SHCSR |= memory_fault_enable | bus_fault_enable | usage_fault_enable;
    all();
    CCR |= trap_unaligned;
    barrier();
    report("unaligned word", unaligned_word());
    CCR &= ~trap_unaligned;
    barrier();
    unaligned_word();
    say("unaligned word without trap: exception %u\n", seen_exception);

    const uint32_t here = (uint32_t)(uintptr_t)&undefined_instruction & ~1u;
    ((void (*)(void))(uintptr_t)here)();
    say("not Thumb: exception %u, status %X, Thumb bit %u, at the target: %u\n", seen_exception,
        seen_status, seen_thumb, seen_pc == here);

    say("no handlers of their own\n");
    SHCSR &= ~(memory_fault_enable | bus_fault_enable | usage_fault_enable);
    all();
    return 0;
}
