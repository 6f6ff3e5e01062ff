// SPDX-License-Identifier: GPL-2.0-or-later
//
// 64-bit arithmetic, divisions of every kind, shifts by variable amounts, carries, bit counting: by
// instruction where the core has one, by library where not.
#include "console.h"

#include <stdint.h>

static uint64_t state = 0x123456789ABCDEF0;

static uint64_t random_number(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void show(const char* what, uint64_t number)
{
    say("%s %X%X\n", what, (uint32_t)(number >> 32), (uint32_t)number);
}

int main(void)
{
    uint64_t products = 0, quotients = 0, remainders = 0, shifts = 0;
    int64_t signed_quotients = 0;
    uint32_t words = 0, bits = 0;
    int32_t signed_words = 0;
    for (uint32_t i = 0; i < 300; ++i) {
        const uint64_t a = random_number(), b = random_number() >> (i % 61);
        products += a * b + (uint64_t)(uint32_t)a * (uint32_t)b;
        quotients ^= a / (b | 1);
        remainders += a % (b | 1);
        signed_quotients += (int64_t)a / ((int64_t)b | 1);
        shifts ^= a << (i % 64) ^ b >> (i % 64) ^ (uint64_t)((int64_t)a >> (i % 64));
        words += (uint32_t)a / ((uint32_t)b | 1) + (uint32_t)(a >> 32) % ((uint32_t)b | 1);
        signed_words += (int32_t)a / ((int32_t)(b >> 1) | 1) - (int32_t)a % ((int32_t)(b >> 1) | 1);
        bits += (uint32_t)__builtin_clz((uint32_t)a | 1)
            + (uint32_t)__builtin_ctz((uint32_t)b | 0x80000000)
            + (uint32_t)__builtin_popcount((uint32_t)a)
            + (uint32_t)__builtin_bswap32((uint32_t)b) / 65537;
    }
    show("products", products);
    show("quotients", quotients);
    show("remainders", remainders);
    show("signed quotients", (uint64_t)signed_quotients);
    show("shifts", shifts);
    say("words %X %X, bits %u\n", words, (uint32_t)signed_words, bits);

    // A long sum with carries, and modular exponentiation.
    uint32_t big[8] = {0}, carry;
    for (uint32_t round = 0; round < 100; ++round) {
        carry = 0;
        for (uint32_t i = 0; i < 8; ++i) {
            const uint64_t sum = (uint64_t)big[i] + 0xFFFFFFF1u * (i + 1) + carry;
            big[i] = (uint32_t)sum;
            carry = (uint32_t)(sum >> 32);
        }
    }
    for (int i = 7; i >= 0; --i)
        say("%X", big[i]);
    uint64_t power = 1, base = 7;
    for (uint32_t exponent = 1000003; exponent; exponent >>= 1) {
        if (exponent & 1)
            power = power * base % 998244353;
        base = base * base % 998244353;
    }
    say("\npower %u\n", (uint32_t)power);
    return 0;
}
