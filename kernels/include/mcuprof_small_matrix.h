// SPDX-License-Identifier: MIT
#pragma once

#include "mcuprof_kernels.h"
#include "mcuprof_small.h"

// Matrix products without SIMD instructions, two products for one MULS. Elements of two windows
// share a word, `first + (second << 16)`, so that one multiplication by a weight gives both
// products. The sum of two such words still has both sums in its halves: with 32767 added to each
// they are between 0 and 65535 for all int8 there are, so nothing is carried out of the lower half
// and a shift gives the second one's sum exactly. The words themselves are summed too; what is left
// of that sum without the second ones is the sum of the first, modulo 2^32 as int32_t has it.
//
// The loops are written out for the registers of Armv6-M: eight that instructions reach, and more
// that can be added to.

// Adds a word to `sum` and its upper half, with 32767, to `upper`; the word is lost. r12 is 32767
// in both halves.
#define MCUPROF_SPLIT(word, sum, upper)                                                            \
    "add  " sum ", " word "\n\t"                                                                   \
    "add  " word ", r12\n\t"                                                                       \
    "lsrs " word ", " word ", #16\n\t"                                                             \
    "add  " upper ", " word "\n\t"

// With a bias in r3 and the number of elements in r2: what a sum begins with, in r4, and an upper
// sum, in r3, which gets rid of the 32767 of each two elements.
#define MCUPROF_SPLIT_START                                                                        \
    "movs r4, #1\n\t"                                                                              \
    "lsls r4, r4, #15\n\t"                                                                         \
    "subs r4, #1\n\t"                                                                              \
    "lsls r5, r4, #16\n\t"                                                                         \
    "adds r4, r5\n\t"                                                                              \
    "mov  r12, r4\n\t"                                                                             \
    "lsls r4, r3, #16\n\t"                                                                         \
    "adds r4, r3\n\t"                                                                              \
    "adds r5, r2, #1\n\t"                                                                          \
    "lsrs r5, r5, #1\n\t"                                                                          \
    "adds r3, r5\n\t"                                                                              \
    "lsls r5, r5, #15\n\t"                                                                         \
    "subs r3, r5\n\t"

// Four windows in pairs, times one row of weights: `words` has for each element the word of windows
// 0 and 1 and the word of windows 2 and 3.
static inline __attribute__((always_inline)) void mcuprof_small_multiply_4(
    const int32_t* words, const int8_t* weights, int32_t length, int32_t bias, int32_t sums[4])
{
    register const int32_t* window __asm__("r0") = words;
    register const int8_t* row __asm__("r1") = weights;
    register int32_t count __asm__("r2") = length;
    register int32_t sum_0 __asm__("r3") = bias;
    register int32_t sum_1 __asm__("r4");
    register int32_t sum_2 __asm__("r5");
    register int32_t sum_3 __asm__("r6");
    __asm__(
        ".syntax unified\n\t" MCUPROF_SPLIT_START "mov  r8, r4\n\t"
        "mov  r10, r4\n\t"
        "mov  r9, r3\n\t"
        "mov  r11, r3\n\t"
        "movs r3, r1\n\t"
        "orrs r3, r2\n\t"
        "lsls r3, r3, #30\n\t"
        "bne  2f\n\t"
        "adds r2, r1\n\t"
        "mov  lr, r2\n" // the end of the row
        // The row is whole words: four weights at a time.
        "1:\n\t"
        "ldmia r1!, {r6}\n\t"
        "ldmia r0!, {r2, r3, r4, r5}\n\t"
        "sxtb r7, r6\n\t"
        "muls r2, r7\n\t"
        "muls r3, r7\n\t"
        "lsls r7, r6, #16\n\t"
        "asrs r7, r7, #24\n\t"
        "muls r4, r7\n\t"
        "muls r5, r7\n\t"
        "adds r2, r4\n\t"
        "adds r3, r5\n\t" MCUPROF_SPLIT("r2", "r8", "r9") MCUPROF_SPLIT("r3", "r10",
            "r11") "ldmia r0!, {r2, r3, r4, r5}\n\t"
                   "asrs r7, r6, #24\n\t"
                   "muls r4, r7\n\t"
                   "muls r5, r7\n\t"
                   "lsls r7, r6, #8\n\t"
                   "asrs r7, r7, #24\n\t"
                   "muls r2, r7\n\t"
                   "muls r3, r7\n\t"
                   "adds r2, r4\n\t"
                   "adds r3, r5\n\t" MCUPROF_SPLIT("r2", "r8", "r9") MCUPROF_SPLIT("r3", "r10",
                       "r11") "cmp  r1, lr\n\t"
                              "bne  1b\n\t"
                              "b    5f\n"
                              // Else two at a time.
                              "2:\n\t"
                              "mov  lr, r2\n\t"
                              "lsrs r7, r2, #1\n\t"
                              "lsls r7, r7, #1\n\t"
                              "beq  4f\n\t"
                              "adds r1, r7\n\t"
                              "rsbs r7, r7, #0\n"
                              "3:\n\t"
                              "ldmia r0!, {r2, r3, r4, r5}\n\t"
                              "ldrsb r6, [r1, r7]\n\t"
                              "adds r7, #1\n\t"
                              "muls r2, r6\n\t"
                              "muls r3, r6\n\t"
                              "ldrsb r6, [r1, r7]\n\t"
                              "muls r4, r6\n\t"
                              "muls r5, r6\n\t"
                              "adds r2, r4\n\t"
                              "adds r3, r5\n\t" MCUPROF_SPLIT("r2", "r8", "r9") MCUPROF_SPLIT("r3",
                                  "r10", "r11") "adds r7, #1\n\t"
                                                "bne  3b\n"
                                                "4:\n\t"
                                                "mov  r2, lr\n\t"
                                                "lsls r2, r2, #31\n\t"
                                                "beq  5f\n\t"
                                                "movs r7, #0\n\t" // the last of an odd number
                                                "ldrsb r6, [r1, r7]\n\t"
                                                "ldmia r0!, {r2, r3}\n\t"
                                                "muls r2, r6\n\t"
                                                "muls r3, r6\n\t" MCUPROF_SPLIT("r2", "r8", "r9")
                                                    MCUPROF_SPLIT(
                                                        "r3", "r10", "r11") "5:\n\t"
                                                                            "mov  r3, r8\n\t"
                                                                            "mov  r4, r9\n\t"
                                                                            "lsls r7, r4, #16\n\t"
                                                                            "subs r3, r3, r7\n\t"
                                                                            "mov  r5, r10\n\t"
                                                                            "mov  r6, r11\n\t"
                                                                            "lsls r7, r6, #16\n\t"
                                                                            "subs r5, r5, r7\n\t"
        : "+r"(window), "+r"(row), "+r"(count), "+r"(sum_0), "=r"(sum_1), "=r"(sum_2), "=r"(sum_3)
        :
        : "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
    sums[0] = sum_0;
    sums[1] = sum_1;
    sums[2] = sum_2;
    sums[3] = sum_3;
}

// Two windows: `words` has for each element their word.
static inline __attribute__((always_inline)) void mcuprof_small_multiply_2(
    const int32_t* words, const int8_t* weights, int32_t length, int32_t bias, int32_t sums[2])
{
    register const int32_t* window __asm__("r0") = words;
    register const int8_t* row __asm__("r1") = weights;
    register int32_t count __asm__("r2") = length;
    register int32_t sum_0 __asm__("r3") = bias;
    register int32_t sum_1 __asm__("r4");
    __asm__(".syntax unified\n\t" MCUPROF_SPLIT_START "mov  r8, r4\n\t"
            "mov  r9, r3\n\t"
            "movs r3, r1\n\t"
            "orrs r3, r2\n\t"
            "lsls r3, r3, #30\n\t"
            "bne  2f\n\t"
            "adds r2, r1\n\t"
            "mov  lr, r2\n"
            "1:\n\t"
            "ldmia r1!, {r6}\n\t"
            "ldmia r0!, {r2, r3, r4, r5}\n\t"
            "sxtb r7, r6\n\t"
            "muls r2, r7\n\t"
            "lsls r7, r6, #16\n\t"
            "asrs r7, r7, #24\n\t"
            "muls r3, r7\n\t"
            "asrs r7, r6, #24\n\t"
            "muls r5, r7\n\t"
            "lsls r7, r6, #8\n\t"
            "asrs r7, r7, #24\n\t"
            "muls r4, r7\n\t"
            "adds r2, r3\n\t"
            "adds r4, r5\n\t" MCUPROF_SPLIT("r2", "r8", "r9")
                MCUPROF_SPLIT("r4", "r8", "r9") "cmp  r1, lr\n\t"
                                                "bne  1b\n\t"
                                                "b    5f\n"
                                                "2:\n\t"
                                                "mov  lr, r2\n\t"
                                                "lsrs r7, r2, #1\n\t"
                                                "lsls r7, r7, #1\n\t"
                                                "beq  4f\n\t"
                                                "adds r1, r7\n\t"
                                                "rsbs r7, r7, #0\n"
                                                "3:\n\t"
                                                "ldmia r0!, {r2, r3}\n\t"
                                                "ldrsb r6, [r1, r7]\n\t"
                                                "adds r7, #1\n\t"
                                                "muls r2, r6\n\t"
                                                "ldrsb r6, [r1, r7]\n\t"
                                                "muls r3, r6\n\t"
                                                "adds r2, r3\n\t" MCUPROF_SPLIT("r2", "r8",
                                                    "r9") "adds r7, #1\n\t"
                                                          "bne  3b\n"
                                                          "4:\n\t"
                                                          "mov  r2, lr\n\t"
                                                          "lsls r2, r2, #31\n\t"
                                                          "beq  5f\n\t"
                                                          "movs r7, #0\n\t"
                                                          "ldrsb r6, [r1, r7]\n\t"
                                                          "ldmia r0!, {r2}\n\t"
                                                          "muls r2, r6\n\t" MCUPROF_SPLIT("r2",
                                                              "r8", "r9") "5:\n\t"
                                                                          "mov  r3, r8\n\t"
                                                                          "mov  r4, r9\n\t"
                                                                          "lsls r7, r4, #16\n\t"
                                                                          "subs r3, r3, r7\n\t"
            : "+r"(window), "+r"(row), "+r"(count), "+r"(sum_0), "=r"(sum_1)
            :
            : "r5", "r6", "r7", "r8", "r9", "r12", "lr", "cc", "memory");
    sums[0] = sum_0;
    sums[1] = sum_1;
}

// What the sums of a layer need to become outputs.
struct mcuprof_small_output {
    const int32_t* folded_bias;
    const int32_t* multiplier;
    const int8_t* shift;
    int32_t offset, smallest, largest;
    int32_t channels;
};

// All output channels of 1 to 4 windows that follow each other in the output. `words` has them as
// pairs, element by element: two words an element for 3 or 4 windows, else one.
static __attribute__((noinline)) void mcuprof_small_multiply_windows(const int32_t* words,
    int32_t windows, const int8_t* weights, int32_t length,
    const struct mcuprof_small_output* stages, int8_t* output)
{
    const int32_t* bias = stages->folded_bias;
    const int32_t* multiplier = stages->multiplier;
    const int8_t* shift = stages->shift;
    const int8_t* const end = output + stages->channels;
    struct mcuprof_small_stage stage = mcuprof_small_stage_of(
        0, 0, stages->offset, stages->smallest, stages->largest, stages->channels);
    int32_t sums[4];
    while (output != end) {
        if (windows > 2)
            mcuprof_small_multiply_4(words, weights, length, *bias++, sums);
        else
            mcuprof_small_multiply_2(words, weights, length, *bias++, sums);
        mcuprof_small_set_multiplier(&stage, *multiplier++, *shift++);
        mcuprof_small_finish(sums, windows, &stage, output++);
        weights += length;
    }
}

#undef MCUPROF_SPLIT
#undef MCUPROF_SPLIT_START
