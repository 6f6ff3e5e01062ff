// SPDX-License-Identifier: GPL-2.0-or-later
//
// Floating point in thread and handlers: extended frames, lazy preservation (FPCCR.LSPACT), and
// that no value is lost however deep the nesting. Armv7-M ARM, B1.5.7.
#include "console.h"
#include "processor.h"

#include <stdint.h>

enum { context_active = 1u << 2, lazy_active = 1, lazy_enable = 1u << 30, automatic = 1u << 31 };

static volatile uint32_t seen_return, lazy_before, lazy_after, context_before, frame_bytes;
static volatile int use_floating_point, nest;
static volatile float handler_result;
static uint32_t thread_stack;

static uint32_t stack_pointer(void) { return READ_SPECIAL(msp); }

static __attribute__((noinline)) float work(float start)
{
    float sum = start;
    for (int i = 1; i < 40; ++i)
        sum += start / (float)i;
    return sum;
}

/// Handlers spoil every register there is.
static __attribute__((noinline)) void spoil(void)
{
    __asm__ volatile(
        "vmov.f32 s0, #31.0\n vmov.f32 s1, s0\n vmov.f32 s2, s0\n vmov.f32 s3, s0\n"
        "vmov.f32 s4, s0\n vmov.f32 s5, s0\n vmov.f32 s6, s0\n vmov.f32 s7, s0\n"
        "vmov.f32 s8, s0\n vmov.f32 s9, s0\n vmov.f32 s10, s0\n vmov.f32 s11, s0\n"
        "vmov.f32 s12, s0\n vmov.f32 s13, s0\n vmov.f32 s14, s0\n vmov.f32 s15, s0\n" ::
            : "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12",
        "s13", "s14", "s15");
}

__attribute__((naked)) void pending_supervisor_handler(void)
{
    __asm__ volatile(
        "mov r0, lr\n mov r1, sp\n push {r4, lr}\n bl pending_supervisor\n pop {r4, pc}\n");
}

__attribute__((used)) void pending_supervisor(uint32_t return_value, uint32_t stack)
{
    seen_return = return_value;
    frame_bytes = thread_stack - stack;
    context_before = READ_SPECIAL(control) & context_active;
    lazy_before = FPCCR & lazy_active;
    if (use_floating_point) {
        spoil();
        handler_result = work(3.0f);
    }
    lazy_after = FPCCR & lazy_active;
    if (nest)
        pend(0);
}

void interrupt_0_handler(void)
{
    spoil();
    handler_result += work(5.0f);
}

/// Sixteen values in s0 to s15 over a PendSV; the sum of what is left of them.
static __attribute__((noinline)) int sum_over_pendsv(void)
{
    float sum;
    register volatile uint32_t* icsr __asm__("r2") = &ICSR;
    register uint32_t set __asm__("r3") = icsr_pendsv_set;
    register uint32_t* stack __asm__("r1") = &thread_stack;
    __asm__ volatile(
        "vmov.f32 s0, #1.0\n vmov.f32 s1, #2.0\n vmov.f32 s2, #3.0\n vmov.f32 s3, #4.0\n"
        "vmov.f32 s4, #5.0\n vmov.f32 s5, #6.0\n vmov.f32 s6, #7.0\n vmov.f32 s7, #8.0\n"
        "vmov.f32 s8, #9.0\n vmov.f32 s9, #10.0\n vmov.f32 s10, #11.0\n vmov.f32 s11, #12.0\n"
        "vmov.f32 s12, #13.0\n vmov.f32 s13, #14.0\n vmov.f32 s14, #15.0\n vmov.f32 s15, #16.0\n"
        "mov r0, sp\n"
        "str r0, [r1]\n"
        "str r3, [r2]\n"
        "dsb\n isb\n"
        "vadd.f32 s0, s0, s1\n vadd.f32 s2, s2, s3\n vadd.f32 s4, s4, s5\n vadd.f32 s6, s6, s7\n"
        "vadd.f32 s8, s8, s9\n vadd.f32 s10, s10, s11\n vadd.f32 s12, s12, s13\n vadd.f32 s14, "
        "s14, s15\n"
        "vadd.f32 s0, s0, s2\n vadd.f32 s4, s4, s6\n vadd.f32 s8, s8, s10\n vadd.f32 s12, s12, "
        "s14\n"
        "vadd.f32 s0, s0, s4\n vadd.f32 s8, s8, s12\n"
        "vadd.f32 %0, s0, s8\n"
        : "=t"(sum)
        : "r"(icsr), "r"(set), "r"(stack)
        : "r0", "memory", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11",
        "s12", "s13", "s14", "s15");
    return (int)sum;
}

static void run(const char* what)
{
    const int sum = sum_over_pendsv();
    say("%s: sum %d, return %X, frame %u words, context %u, lazy %u then %u\n", what, sum,
        seen_return, (frame_bytes & ~7u) / 4, !!context_before, lazy_before, lazy_after);
}

int main(void)
{
    (void)stack_pointer;
    NVIC_ISER = 1;
    set_priority(0, 0x00);
    SHPR3 = 0x00C00000; // PendSV below interrupt 0
    // What reset leaves.
    say("automatic %u, lazy %u\n", FPCCR >> 31, FPCCR >> 30 & 1);

    WRITE_SPECIAL(control, READ_SPECIAL(control) & ~context_active);
    thread_stack = READ_SPECIAL(msp);
    ICSR = icsr_pendsv_set;
    barrier();
    say("no floating point yet: return %X, context %u\n", seen_return, !!context_before);

    run("handler without");
    use_floating_point = 1;
    run("handler with");
    say("handler computed %d\n", (int)(handler_result * 1000));
    nest = 1;
    run("nested");
    say("handlers computed %d\n", (int)(handler_result * 1000));
    nest = 0;

    FPCCR &= ~lazy_enable;
    barrier();
    run("not lazy");
    FPCCR &= ~automatic;
    WRITE_SPECIAL(control, READ_SPECIAL(control) & ~context_active);
    use_floating_point = 0;
    run("not automatic");
    return 0;
}
