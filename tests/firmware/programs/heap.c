// SPDX-License-Identifier: GPL-2.0-or-later
//
// malloc, calloc, realloc and free as a program uses them: many sizes, many lives, nothing
// overlaps; the memory runs out in a civilized way.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { slots = 40 };

static uint8_t* blocks[slots];
static size_t sizes[slots];

static void fill(int slot, size_t from)
{
    for (size_t i = from; i < sizes[slot]; ++i)
        blocks[slot][i] = (uint8_t)(slot * 7 + i);
}

static int spoiled(int slot)
{
    for (size_t i = 0; i < sizes[slot]; ++i)
        if (blocks[slot][i] != (uint8_t)(slot * 7 + i))
            return 1;
    return 0;
}

int main(void)
{
    uint32_t random = 1;
    int allocated = 0, freed = 0, moved = 0, wrong = 0;
    for (int step = 0; step < 1500; ++step) {
        random = random * 1103515245 + 12345;
        const int slot = (int)(random >> 16) % slots;
        const size_t size = (random >> 8) % 300 + 1;
        if (blocks[slot] && random & 0x40000000) {
            wrong += spoiled(slot);
            uint8_t* block = realloc(blocks[slot], size);
            const size_t kept = size < sizes[slot] ? size : sizes[slot];
            blocks[slot] = block;
            sizes[slot] = size;
            fill(slot, kept);
            ++moved;
        } else if (blocks[slot]) {
            wrong += spoiled(slot);
            free(blocks[slot]);
            blocks[slot] = NULL;
            ++freed;
        } else {
            blocks[slot] = malloc(size);
            sizes[slot] = size;
            fill(slot, 0);
            ++allocated;
        }
    }
    for (int slot = 0; slot < slots; ++slot) {
        if (blocks[slot])
            wrong += spoiled(slot);
        free(blocks[slot]);
    }
    printf("allocated %d, freed %d, resized %d, spoiled %d\n", allocated, freed, moved, wrong);

    uint32_t* zeros = calloc(500, sizeof *zeros);
    uint32_t sum = 0;
    for (int i = 0; i < 500; ++i)
        sum |= zeros[i];
    printf("zeros %u\n", (unsigned)sum);
    free(zeros);

    void* huge = malloc(64 * 1024 * 1024);
    printf("64 MiB: %s\n", huge ? "given" : "refused");
    char* text = strdup("still works");
    printf("%s\n", text);
    free(text);
    return 0;
}
