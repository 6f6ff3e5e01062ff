// SPDX-License-Identifier: GPL-2.0-or-later
//
// Dense switches become table branches (TBB, TBH), sparse ones trees; a little bytecode machine
// drives them. Tables of function pointers beside.
#include "console.h"

#include <stdint.h>

enum {
    op_push,
    op_add,
    op_subtract,
    op_multiply,
    op_duplicate,
    op_swap,
    op_drop,
    op_jump_if,
    op_less,
    op_or,
    op_xor,
    op_print,
    op_end
};

static int32_t run(const int8_t* code)
{
    int32_t stack[16];
    int top = -1;
    uint32_t executed = 0;
    for (const int8_t* pc = code;; ++executed)
        switch (*pc++) {
        case op_push:
            stack[++top] = *pc++;
            break;
        case op_add:
            --top;
            stack[top] += stack[top + 1];
            break;
        case op_subtract:
            --top;
            stack[top] -= stack[top + 1];
            break;
        case op_multiply:
            --top;
            stack[top] *= stack[top + 1];
            break;
        case op_duplicate:
            stack[top + 1] = stack[top];
            ++top;
            break;
        case op_swap: {
            const int32_t other = stack[top];
            stack[top] = stack[top - 1];
            stack[top - 1] = other;
            break;
        }
        case op_drop:
            --top;
            break;
        case op_jump_if:
            pc += stack[top--] ? *pc : 1;
            break;
        case op_less:
            --top;
            stack[top] = stack[top] < stack[top + 1];
            break;
        case op_or:
            --top;
            stack[top] |= stack[top + 1];
            break;
        case op_xor:
            --top;
            stack[top] ^= stack[top + 1];
            break;
        case op_print:
            say("%d ", stack[top]);
            break;
        case op_end:
            say("(%u)\n", executed);
            return stack[top];
        default:
            return -1;
        }
}

/// Bodies so long that the table needs half words.
static __attribute__((noinline)) uint32_t wide(uint32_t which, uint32_t x)
{
#define BODY(n)                                                                                    \
    case n:                                                                                        \
        x = x * (n * 7919u + 1) + (x >> (n % 13 + 1));                                             \
        x ^= x << (n % 7 + 3);                                                                     \
        x += 0x01010101u * n;                                                                      \
        x ^= x >> 11;                                                                              \
        break;
    switch (which) {
        BODY(0)
        BODY(1) BODY(2) BODY(3) BODY(4) BODY(5) BODY(6) BODY(7) BODY(8) BODY(9) BODY(10) BODY(11)
            BODY(12) BODY(13) BODY(14) BODY(15) BODY(16) BODY(17) BODY(18) BODY(19) BODY(20)
                BODY(21) BODY(22) BODY(23) BODY(24) BODY(25) default : x
                                                                       = ~x;
    }
    return x;
}

static __attribute__((noinline)) int sparse(int number)
{
    switch (number) {
    case -100000:
        return 1;
    case -3:
        return 2;
    case 17:
        return 3;
    case 1000:
        return 4;
    case 65536:
        return 5;
    case 0x7FFFFFFF:
        return 6;
    default:
        return 0;
    }
}

static uint32_t double_it(uint32_t x) { return 2 * x; }
static uint32_t add_one(uint32_t x) { return x + 1; }
static uint32_t square(uint32_t x) { return x * x; }
static uint32_t (*const functions[])(uint32_t) = {double_it, add_one, square};

int main(void)
{
    // From 1, doubled until 100 is passed; each printed.
    static const int8_t doubling[] = {op_push, 1, op_print, op_push, 2, op_multiply, op_duplicate,
        op_push, 100, op_less, op_jump_if, -9, op_end};
    say("result %d\n", run(doubling));
    static const int8_t mixed[] = {op_push, 5, op_push, 3, op_swap, op_subtract, op_push, 96, op_or,
        op_push, 15, op_xor, op_push, 1, op_add, op_duplicate, op_drop, op_print, op_end};
    say("result %d\n", run(mixed));

    uint32_t x = 1;
    for (uint32_t i = 0; i < 300; ++i)
        x = wide((i * 7 + (x & 3)) % 28, x);
    say("wide %X\n", x);

    static const int numbers[] = {-100000, -3, 17, 1000, 65536, 0x7FFFFFFF, 0, 18};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; ++i)
        say("%d", sparse(numbers[i]));
    uint32_t y = 3;
    for (uint32_t i = 0; i < 30; ++i)
        y = functions[(y ^ i) % 3](y);
    say("\npointers %X\n", y);
    return 0;
}
