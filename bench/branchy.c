// SPDX-License-Identifier: GPL-2.0-or-later
// A program without loops that repeat themselves: an interpreter of a small stack machine, a search tree and a sorted
// list, all steered by pseudo-random numbers. What the profiler finds hardest, and control code is like.
#include <stddef.h>
#include <stdint.h>

static uint32_t seed = 12345;
volatile uint32_t branchy_result; // so that nothing is optimized away

static uint32_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

enum { push, add, subtract, exclusive_or, duplicate, swap, skip_if_odd, jump_back, drop, operations };

__attribute__((noinline)) static uint32_t interpret(const uint8_t* code, unsigned length)
{
    uint32_t stack[16] = {0};
    unsigned top = 4, steps = 0;
    for (unsigned at = 0; at < length && steps < 400; ++at, ++steps) {
        uint32_t* s = &stack[top];
        switch (code[at]) {
        case push: stack[++top & 15] = at * 2654435761u; break;
        case add: s[-1] += s[0]; --top; break;
        case subtract: s[-1] -= s[0]; --top; break;
        case exclusive_or: s[-1] ^= s[0]; --top; break;
        case duplicate: stack[(top + 1) & 15] = s[0]; ++top; break;
        case swap: { uint32_t kept = s[0]; s[0] = s[-1]; s[-1] = kept; break; }
        case skip_if_odd: at += s[0] & 1; break;
        case jump_back: if (s[0] & 4) at -= at < 7 ? at : 7; break;
        default: --top; break;
        }
        if (top < 4)
            top = 4;
        if (top > 12)
            top = 12;
    }
    return stack[top];
}

struct Node {
    uint32_t key;
    struct Node *left, *right;
};
static struct Node nodes[256];

__attribute__((noinline)) static unsigned depth_of_tree(void)
{
    size_t used = 1;
    unsigned deepest = 0;
    nodes[0] = (struct Node) {next_random(), NULL, NULL};
    while (used < 256) {
        uint32_t key = next_random();
        unsigned depth = 1;
        struct Node* at = nodes;
        for (;;) {
            struct Node** side = key < at->key ? &at->left : &at->right;
            ++depth;
            if (!*side) {
                nodes[used] = (struct Node) {key, NULL, NULL};
                *side = &nodes[used++];
                break;
            }
            at = *side;
        }
        if (depth > deepest)
            deepest = depth;
    }
    return deepest;
}

__attribute__((noinline)) static uint32_t insertion_sort(void)
{
    uint16_t list[48];
    for (unsigned i = 0; i < 48; ++i) {
        uint16_t value = (uint16_t)next_random();
        unsigned at = i;
        for (; at > 0 && list[at - 1] > value; --at)
            list[at] = list[at - 1];
        list[at] = value;
    }
    return list[24];
}

void branchy(void)
{
    uint8_t code[64];
    for (unsigned i = 0; i < 64; ++i)
        code[i] = (uint8_t)(next_random() % operations);
    branchy_result += interpret(code, 64) + depth_of_tree() + insertion_sort();
}
