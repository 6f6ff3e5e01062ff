// SPDX-License-Identifier: GPL-2.0-or-later
//
// qsort and bsearch with callbacks, strings, a heap sort of our own.
#include "console.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct person {
    char name[12];
    int age;
};

static int compared;

static int by_age(const void* left, const void* right)
{
    ++compared;
    const struct person *a = left, *b = right;
    return a->age != b->age ? a->age - b->age : strcmp(a->name, b->name);
}

static int by_name(const void* left, const void* right)
{
    return strcmp(((const struct person*)left)->name, ((const struct person*)right)->name);
}

static int by_number(const void* left, const void* right)
{
    const uint32_t a = *(const uint32_t*)left, b = *(const uint32_t*)right;
    return a < b ? -1 : a > b;
}

static void sift(uint32_t* values, uint32_t root, uint32_t count)
{
    for (uint32_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && values[child] < values[child + 1])
            ++child;
        if (values[root] >= values[child])
            return;
        const uint32_t value = values[root];
        values[root] = values[child];
        values[child] = value;
    }
}

static uint32_t checksum(const uint32_t* values, uint32_t count)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; ++i)
        sum = sum * 33 + values[i];
    return sum;
}

int main(void)
{
    struct person people[] = {{"ada", 36}, {"grace", 85}, {"alan", 41}, {"edsger", 72},
        {"barbara", 84}, {"donald", 86}, {"kathleen", 85}, {"john", 53}};
    enum { count = sizeof people / sizeof *people };
    qsort(people, count, sizeof *people, by_age);
    for (int i = 0; i < count; ++i)
        say("%s ", people[i].name);
    qsort(people, count, sizeof *people, by_name);
    struct person key = {"grace", 0};
    const struct person* found = bsearch(&key, people, count, sizeof *people, by_name);
    say("\nfound %s, %d; compared at least once: %u\n", found->name, found->age, compared > 0);

    static uint32_t numbers[200], copy[200];
    uint32_t random = 42;
    for (int i = 0; i < 200; ++i) {
        random = random * 1664525 + 1013904223;
        numbers[i] = copy[i] = random >> 8;
    }
    qsort(numbers, 200, sizeof *numbers, by_number);
    for (uint32_t i = 100; i-- > 0;)
        sift(copy, i, 200);
    for (uint32_t end = 199; end > 0; --end) {
        const uint32_t top = copy[0];
        copy[0] = copy[end];
        copy[end] = top;
        sift(copy, 0, end);
    }
    say("sorted %X %X, the same: %u\n", checksum(numbers, 200), checksum(copy, 200),
        memcmp(numbers, copy, sizeof copy) == 0);
    return 0;
}
