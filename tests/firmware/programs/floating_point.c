// SPDX-License-Identifier: GPL-2.0-or-later
//
// Single and double precision: by instruction, by library, and the functions of <math.h>; rounding,
// comparisons, conversions, special values. What is printed is exact on every core.
#include "console.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void show(const char* what, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    say("%s %X%X\n", what, (uint32_t)(bits >> 32), (uint32_t)bits);
}

static volatile float zero = 0.0f, one = 1.0f, large = 3e38f;

/// Newton's method, the sine's series, a dot product: what kernels are made of.
static __attribute__((noinline)) float dot(const float* a, const float* b, int count)
{
    float sum = 0;
    for (int i = 0; i < count; ++i)
        sum += a[i] * b[i];
    return sum;
}

int main(void)
{
    float a[33], b[33];
    for (int i = 0; i < 33; ++i) {
        a[i] = (float)(i - 16) * 0.125f;
        b[i] = 1.0f / (float)(i + 1);
    }
    say("dot %X\n", bits_of(dot(a, b, 33)));
    say("quotient %X, root %X\n", bits_of(one / 3.0f), bits_of(sqrtf(one + one)));
    say("infinite %X, %X, not a number: %u\n", bits_of(one / zero), bits_of(-large * 10.0f),
        isnan(zero / zero));
    say("compare %u %u %u %u\n", one < large, zero / zero < one, -zero == zero, one >= one);
    say("to integers %d %u %d %d\n", (int)(one * -2.75f), (unsigned)(large / 1e29f),
        (int)lrintf(2.5f * one), (int)roundf(2.5f * one));

    double sum = 0;
    for (int i = 1; i <= 200; ++i)
        sum += (i & 1 ? 1.0 : -1.0) / (double)i * (double)one;
    show("sum", sum);
    double e = 1, term = 1;
    for (int i = 1; i < 20; ++i)
        e += term /= (double)i * (double)one;
    show("e", e);
    int64_t wide = (int64_t)(e * 1e15);
    say("wide %X%X, back ", (uint32_t)((uint64_t)wide >> 32), (uint32_t)wide);
    show("", (double)wide + (double)(float)wide);

    // From the library: the same code on every core with the same precision in hardware is not the
    // same everywhere, so only a few digits.
    double checks = 0;
    for (int i = 1; i < 30; ++i) {
        const double x = (double)i * 0.1;
        checks += sin(x) * sin(x) + cos(x) * cos(x) + exp(log(x)) / x + pow(x, 0.5) / sqrt(x)
            + atan2(x, x) / atan(1.0);
    }
    say("library %d\n", (int)(checks * 1000 + 0.5));
    float single = 0;
    for (int i = 1; i < 30; ++i) {
        const float x = (float)i * 0.1f;
        single += sinf(x) * sinf(x) + cosf(x) * cosf(x) + expf(logf(x)) / x + tanhf(x) - tanhf(x);
    }
    say("single %d\n", (int)(single * 1000 + 0.5f));
    return 0;
}
