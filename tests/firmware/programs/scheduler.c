// SPDX-License-Identifier: GPL-2.0-or-later
//
// Three tasks with stacks of their own, switched by PendSV whenever SysTick says so: what a small
// real-time kernel does. Each task computes something that takes many time slices; with an FPU, in
// floating point, too.
#include "console.h"
#include "processor.h"

#include <stdint.h>

enum { tasks = 3, stack_words = 192, least_switches = 12 };

static uint32_t stacks[tasks][stack_words] __attribute__((aligned(8)));
static uint32_t* stack_pointers[tasks];
static volatile uint32_t switches[tasks];
static volatile uint32_t results[tasks], done;
static uint32_t current;

void system_tick_handler(void) { ICSR = icsr_pendsv_set; }

/// The next task's stack pointer, for the one that just stopped.
__attribute__((used)) uint32_t* switch_task(uint32_t* stopped)
{
    stack_pointers[current] = stopped;
    current = (current + 1) % tasks;
    ++switches[current];
    return stack_pointers[current];
}

// r4 to r11 and the kind of the frame (EXC_RETURN) go beside what the processor saved itself.
__attribute__((naked)) void pending_supervisor_handler(void)
{
#if defined __ARM_FP
    __asm__ volatile("mrs r0, psp\n"
                     "tst lr, #0x10\n"
                     "it eq\n"
                     "vstmdbeq r0!, {s16-s31}\n"
                     "stmdb r0!, {r4-r11, lr}\n"
                     "bl switch_task\n"
                     "ldmia r0!, {r4-r11, lr}\n"
                     "tst lr, #0x10\n"
                     "it eq\n"
                     "vldmiaeq r0!, {s16-s31}\n"
                     "msr psp, r0\n"
                     "bx lr\n");
#else
    __asm__ volatile("mrs r0, psp\n"
                     "subs r0, #36\n"
                     "mov r1, r0\n"
                     "stmia r1!, {r4-r7}\n"
                     "mov r2, r8\n mov r3, r9\n mov r4, r10\n mov r5, r11\n mov r6, lr\n"
                     "stmia r1!, {r2-r6}\n"
                     "bl switch_task\n"
                     "mov r1, r0\n"
                     "adds r1, #16\n"
                     "ldmia r1!, {r2-r6}\n"
                     "mov r8, r2\n mov r9, r3\n mov r10, r4\n mov r11, r5\n mov lr, r6\n"
                     "msr psp, r1\n"
                     "ldmia r0!, {r4-r7}\n"
                     "bx lr\n");
#endif
}

static uint32_t enough(unsigned task) { return switches[task] >= least_switches; }

static __attribute__((noinline)) uint32_t collatz_steps(uint32_t number)
{
    uint32_t steps = 0;
    for (; number != 1; ++steps)
        number = number & 1 ? 3 * number + 1 : number / 2;
    return steps;
}

static void finish_task(unsigned task, uint32_t result)
{
    results[task] = result;
    mask_interrupts();
    done |= 1u << task;
    unmask_interrupts();
    for (;;)
        if (done == 7 && task == 0) {
            mask_interrupts();
            for (unsigned i = 0; i < tasks; ++i)
                say("task %u: %u, switched to often enough: %u\n", i, results[i], enough(i));
            finish(0);
        }
}

static void longest_collatz(void)
{
    uint32_t best = 0, best_number = 0;
    for (uint32_t number = 1; number < 600 || !enough(0); ++number) {
        const uint32_t steps = collatz_steps(number);
        if (number < 600 && steps > best) {
            best = steps;
            best_number = number;
        }
    }
    finish_task(0, best_number);
}

static void sum_of_primes(void)
{
    uint32_t sum = 0;
    for (uint32_t number = 2; number < 1500 || !enough(1); ++number) {
        uint32_t divisor = 2;
        while (divisor * divisor <= number && number % divisor)
            ++divisor;
        if (number < 1500 && divisor * divisor > number)
            sum += number;
    }
    finish_task(1, sum);
}

static void root_of_two(void)
{
    float estimate = 1;
    uint32_t rounds = 0, wrong = 0;
    for (; rounds < 300 || !enough(2); ++rounds) {
        estimate = 1 + (float)(rounds % 7);
        for (int i = 0; i < 8; ++i)
            estimate = (estimate + 2 / estimate) / 2;
        wrong += estimate < 1.414213f
            || estimate > 1.414215f; // a register of another task would show here
    }
    finish_task(2, wrong ? 0 : (uint32_t)(estimate * 100000));
}

static void prepare(unsigned task, void (*function)(void))
{
    uint32_t* stack = stacks[task] + stack_words - 8;
    stack[6] = (uint32_t)(uintptr_t)function & ~1u;
    stack[5] = 0xFFFFFFFF;
    stack[7] = 1u << 24; // xPSR: Thumb
    stack -= 9;
    stack[8] = 0xFFFFFFFD; // EXC_RETURN: thread mode, process stack, basic frame
    stack_pointers[task] = stack;
}

int main(void)
{
    prepare(1, sum_of_primes);
    prepare(2, root_of_two);
    SHPR3 = 0x40C00000; // SysTick above PendSV
    SYST_RVR = 2999;
    SYST_CVR = 0;

    // Task 0 goes on here, on its own stack.
    WRITE_SPECIAL(psp, (uint32_t)(uintptr_t)(stacks[0] + stack_words));
    WRITE_SPECIAL(control, 2);
    SYST_CSR = systick_enable | systick_interrupt | systick_processor_clock;
    longest_collatz();
    return 1;
}
