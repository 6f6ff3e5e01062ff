// SPDX-License-Identifier: MIT
#pragma once

#include "mcuprof_specialized.h"

// Sums of products for four output channels at a time, of two pixels or one. Activations are int8 as
// they lie in memory; weights are in the order "fours" (four channels, four products: 16 bytes), or
// widened from it to int16 and doubled (32 bytes), which saves the widening of each further use.

// (No arrays: the compiler keeps those in memory.)
struct mcuprof_sums_4 {
    int32_t channel_0, channel_1, channel_2, channel_3;
};
struct mcuprof_sums_2x4 {
    struct mcuprof_sums_4 first, second;
};

// Widens weights in the order "fours" to int16 and doubles them, so that sums are doubled: what the
// output stage wants. `fours` groups of 16 bytes become 32 bytes each.
MCUPROF_TEMPLATE void mcuprof_widen(const int8_t* weights, int32_t fours, uint32_t* wide)
{
    const int8_t* const end = weights + 16 * fours;
    do {
        uint32_t word_0, word_1, word_2, word_3, low;
#define MCUPROF_WIDEN(word, place)                                                                  \
    "sxtb16 %[low], %[" word "]\n\t"                                                                \
    "sxtb16 %[" word "], %[" word "], ror #8\n\t"                                                   \
    "sadd16 %[low], %[low], %[low]\n\t"                                                             \
    "sadd16 %[" word "], %[" word "], %[" word "]\n\t"                                              \
    "str    %[low], [%[wide], #" place "]\n\t"                                                      \
    "str    %[" word "], [%[wide], #" place "+4]\n\t"
        __asm__ volatile("ldr    %[word_0], [%[weights]]\n\t"
                "ldr    %[word_1], [%[weights], #4]\n\t"
                "ldr    %[word_2], [%[weights], #8]\n\t"
                "ldr    %[word_3], [%[weights], #12]\n\t" MCUPROF_WIDEN("word_0", "0")
                    MCUPROF_WIDEN("word_1", "8") MCUPROF_WIDEN("word_2", "16")
                        MCUPROF_WIDEN("word_3", "24")
                : [word_0] "=&r"(word_0), [word_1] "=&r"(word_1), [word_2] "=&r"(word_2),
                [word_3] "=&r"(word_3), [low] "=&r"(low)
                : [weights] "r"(weights), [wide] "r"(wide)
                : "memory");
#undef MCUPROF_WIDEN
        weights += 16;
        wide += 8;
    } while (weights != end);
}

// ---- two pixels, four channels, wide weights -------------------------------------------------------------------------
//
// Eight sums, two words of activations, two of weights and two pointers are all 14 registers; the end
// of the loop is on the stack. A word of activations is loaded twice, for its even and its odd bytes.

#define MCUPROF_PRODUCTS_2X2(a, b)                                                                  \
    "smlad %[s0" a "], %[a0], %[w0], %[s0" a "]\n\t"                                                \
    "smlad %[s1" a "], %[a1], %[w0], %[s1" a "]\n\t"                                                \
    "smlad %[s0" b "], %[a0], %[w1], %[s0" b "]\n\t"                                                \
    "smlad %[s1" b "], %[a1], %[w1], %[s1" b "]\n\t"

#define MCUPROF_CHAINED_HALF(at, weights, rotation)                                                 \
    "ldr.w %[a0], [%[ap], #" at "]\n\t"                                                             \
    "ldr.w %[a1], [%[ap], #%c[next]+" at "]\n\t"                                                    \
    "ldr.w %[w0], [%[wp], #" weights "]\n\t"                                                        \
    "ldr.w %[w1], [%[wp], #" weights "+4]\n\t"                                                      \
    "sxtb16.w %[a0], %[a0]" rotation "\n\t"                                                         \
    "sxtb16.w %[a1], %[a1]" rotation "\n\t" MCUPROF_PRODUCTS_2X2("0", "1")                          \
    "ldr.w %[w0], [%[wp], #" weights "+8]\n\t"                                                      \
    "ldr.w %[w1], [%[wp], #" weights "+12]\n\t" MCUPROF_PRODUCTS_2X2("2", "3")

#define MCUPROF_CHAINED_WORD(at, weights)                                                           \
    MCUPROF_CHAINED_HALF(at, weights, "") MCUPROF_CHAINED_HALF(at, weights "+16", ", ror #8")

// The same with loads beside products and extensions ahead of them. A half begins with a0 extended and
// a1 not, and ends before the last products of its words, which go beside the loads of the next.
#define MCUPROF_INTERLEAVED_BEGIN(at, weights)                                                      \
    "ldr %[a0], [%[ap], #" at "]\n\t"                                                               \
    "ldr %[w0], [%[wp], #" weights "]\n\t"                                                          \
    "ldr %[a1], [%[ap], #%c[next]+" at "]\n\t"                                                      \
    "ldr %[w1], [%[wp], #" weights "+4]\n\t"                                                        \
    "sxtb16 %[a0], %[a0]\n\t"

#define MCUPROF_INTERLEAVED_HALF(weights, rotation)                                                 \
    "sxtb16 %[a1], %[a1]" rotation "\n\t"                                                           \
    "smlad %[s00], %[a0], %[w0], %[s00]\n\t"                                                        \
    "smlad %[s10], %[a1], %[w0], %[s10]\n\t"                                                        \
    "ldr %[w0], [%[wp], #" weights "+8]\n\t"                                                        \
    "smlad %[s01], %[a0], %[w1], %[s01]\n\t"                                                        \
    "smlad %[s11], %[a1], %[w1], %[s11]\n\t"                                                        \
    "ldr %[w1], [%[wp], #" weights "+12]\n\t"                                                       \
    "smlad %[s02], %[a0], %[w0], %[s02]\n\t"

#define MCUPROF_INTERLEAVED_JOIN(at, weights, rotation)                                             \
    "smlad %[s03], %[a0], %[w1], %[s03]\n\t"                                                        \
    "ldr %[a0], [%[ap], #" at "]\n\t"                                                               \
    "smlad %[s12], %[a1], %[w0], %[s12]\n\t"                                                        \
    "ldr %[w0], [%[wp], #" weights "]\n\t"                                                          \
    "sxtb16 %[a0], %[a0]" rotation "\n\t"                                                           \
    "smlad %[s13], %[a1], %[w1], %[s13]\n\t"                                                        \
    "ldr %[a1], [%[ap], #%c[next]+" at "]\n\t"                                                      \
    "ldr %[w1], [%[wp], #" weights "+4]\n\t"

#define MCUPROF_INTERLEAVED_END                                                                     \
    "smlad %[s03], %[a0], %[w1], %[s03]\n\t"                                                        \
    "smlad %[s12], %[a1], %[w0], %[s12]\n\t"                                                        \
    "smlad %[s13], %[a1], %[w1], %[s13]\n\t"

#define MCUPROF_INTERLEAVED_WORD(at, weights)                                                       \
    MCUPROF_INTERLEAVED_HALF(weights, "")                                                           \
    MCUPROF_INTERLEAVED_JOIN(at, weights "+16", ", ror #8")                                         \
    MCUPROF_INTERLEAVED_HALF(weights "+16", ", ror #8")

#define MCUPROF_CHAINED_1 MCUPROF_CHAINED_WORD("0", "0")
#define MCUPROF_CHAINED_2 MCUPROF_CHAINED_1 MCUPROF_CHAINED_WORD("4", "32")
#define MCUPROF_CHAINED_4                                                                           \
    MCUPROF_CHAINED_2 MCUPROF_CHAINED_WORD("8", "64") MCUPROF_CHAINED_WORD("12", "96")
#define MCUPROF_INTERLEAVED_1                                                                       \
    MCUPROF_INTERLEAVED_BEGIN("0", "0") MCUPROF_INTERLEAVED_WORD("0", "0") MCUPROF_INTERLEAVED_END
#define MCUPROF_INTERLEAVED_2                                                                       \
    MCUPROF_INTERLEAVED_BEGIN("0", "0")                                                             \
    MCUPROF_INTERLEAVED_WORD("0", "0")                                                              \
    MCUPROF_INTERLEAVED_JOIN("4", "32", "")                                                             \
    MCUPROF_INTERLEAVED_WORD("4", "32") MCUPROF_INTERLEAVED_END
#define MCUPROF_INTERLEAVED_4                                                                       \
    MCUPROF_INTERLEAVED_BEGIN("0", "0")                                                             \
    MCUPROF_INTERLEAVED_WORD("0", "0")                                                              \
    MCUPROF_INTERLEAVED_JOIN("4", "32", "")                                                             \
    MCUPROF_INTERLEAVED_WORD("4", "32")                                                             \
    MCUPROF_INTERLEAVED_JOIN("8", "64", "")                                                             \
    MCUPROF_INTERLEAVED_WORD("8", "64")                                                             \
    MCUPROF_INTERLEAVED_JOIN("12", "96", "")                                                            \
    MCUPROF_INTERLEAVED_WORD("12", "96") MCUPROF_INTERLEAVED_END

// `words` is a constant multiple of `turn`, the words in one turn of the loop. The pointers move on.
// Registers are named because the compiler does not find a way to give all of them away.
#define MCUPROF_DEFINE_MULTIPLY_2X4(name, turn, body)                                               \
    MCUPROF_TEMPLATE void name(const int8_t** activations, int32_t next, const uint32_t** weights,  \
        int32_t words, struct mcuprof_sums_2x4* sums)                                               \
    {                                                                                               \
        register uint32_t a0 __asm__("r0");                                                         \
        register uint32_t a1 __asm__("r1");                                                         \
        register uint32_t w0 __asm__("r2");                                                         \
        register const int8_t* end __asm__("r3") = *activations + 4 * words; /* then weights */     \
        register const int8_t* ap __asm__("r4") = *activations;                                     \
        register const uint32_t* wp __asm__("r5") = *weights;                                       \
        register int32_t s00 __asm__("r6") = sums->first.channel_0;                                 \
        register int32_t s01 __asm__("r7") = sums->first.channel_1;                                 \
        register int32_t s02 __asm__("r8") = sums->first.channel_2;                                 \
        register int32_t s03 __asm__("r9") = sums->first.channel_3;                                 \
        register int32_t s10 __asm__("r10") = sums->second.channel_0;                               \
        register int32_t s11 __asm__("r11") = sums->second.channel_1;                               \
        register int32_t s12 __asm__("r12") = sums->second.channel_2;                               \
        register int32_t s13 __asm__("lr") = sums->second.channel_3;                                \
        __asm__ volatile(".if %c[turns] != 1\n\t"                                                   \
                         "push {%[w1]}\n\t"                                                         \
                         ".balign 4\n\t"                                                            \
                         ".endif\n\t"                                                               \
                         "1:\n\t" body "adds.w %[ap], %[ap], #4*" #turn "\n\t"                      \
                         "add.w %[wp], %[wp], #32*" #turn "\n\t"                                    \
                         ".if %c[turns] != 1\n\t"                                                   \
                         "ldr.w %[w0], [sp]\n\t"                                                    \
                         "cmp %[ap], %[w0]\n\t"                                                     \
                         "bne.w 1b\n\t"                                                             \
                         "add sp, sp, #4\n\t"                                                       \
                         ".endif"                                                                   \
                         : [a0] "=&r"(a0), [a1] "=&r"(a1), [w0] "=&r"(w0), [w1] "+&r"(end),         \
                         [ap] "+&r"(ap), [wp] "+&r"(wp), [s00] "+&r"(s00), [s01] "+&r"(s01),        \
                         [s02] "+&r"(s02), [s03] "+&r"(s03), [s10] "+&r"(s10), [s11] "+&r"(s11),    \
                         [s12] "+&r"(s12), [s13] "+&r"(s13)                                         \
                         : [next] "i"(next), [turns] "i"(words / turn)                              \
                         : "cc", "memory");                                                         \
        *activations = ap;                                                                          \
        *weights = wp;                                                                              \
        sums->first = (struct mcuprof_sums_4) {s00, s01, s02, s03};                                 \
        sums->second = (struct mcuprof_sums_4) {s10, s11, s12, s13};                                \
    }

MCUPROF_DEFINE_MULTIPLY_2X4(mcuprof_chained_2x4_by_1, 1, MCUPROF_CHAINED_1)
MCUPROF_DEFINE_MULTIPLY_2X4(mcuprof_chained_2x4_by_2, 2, MCUPROF_CHAINED_2)
MCUPROF_DEFINE_MULTIPLY_2X4(mcuprof_chained_2x4_by_4, 4, MCUPROF_CHAINED_4)
MCUPROF_DEFINE_MULTIPLY_2X4(mcuprof_interleaved_2x4_by_1, 1, MCUPROF_INTERLEAVED_1)
MCUPROF_DEFINE_MULTIPLY_2X4(mcuprof_interleaved_2x4_by_2, 2, MCUPROF_INTERLEAVED_2)
MCUPROF_DEFINE_MULTIPLY_2X4(mcuprof_interleaved_2x4_by_4, 4, MCUPROF_INTERLEAVED_4)

// `next`: bytes from a pixel's activations to the other's. All but the pointers and sums is constant.
MCUPROF_TEMPLATE void mcuprof_multiply_2x4(const int8_t** activations, int32_t next,
    const uint32_t** weights, int32_t words, struct mcuprof_sums_2x4* sums, int32_t schedule)
{
    if (schedule == mcuprof_chained) {
        if (words % 4 == 0)
            mcuprof_chained_2x4_by_4(activations, next, weights, words, sums);
        else if (words % 2 == 0)
            mcuprof_chained_2x4_by_2(activations, next, weights, words, sums);
        else
            mcuprof_chained_2x4_by_1(activations, next, weights, words, sums);
    } else {
        if (words % 4 == 0)
            mcuprof_interleaved_2x4_by_4(activations, next, weights, words, sums);
        else if (words % 2 == 0)
            mcuprof_interleaved_2x4_by_2(activations, next, weights, words, sums);
        else
            mcuprof_interleaved_2x4_by_1(activations, next, weights, words, sums);
    }
}

// ---- one pixel, four channels ----------------------------------------------------------------------------------------

// Wide weights; `words` may vary.
MCUPROF_TEMPLATE void mcuprof_multiply_1x4(
    const int8_t** activations, const uint32_t** weights, int32_t words, struct mcuprof_sums_4* sums)
{
    const int8_t* const end = *activations + 4 * words;
    uint32_t word, even, w0, w1, w2, w3;
    __asm__ volatile(".balign 4\n\t"
                     "1:\n\t"
                     "ldr   %[word], [%[ap]], #4\n\t"
                     "ldr   %[w0], [%[wp]]\n\t"
                     "ldr   %[w1], [%[wp], #4]\n\t"
                     "ldr   %[w2], [%[wp], #8]\n\t"
                     "ldr   %[w3], [%[wp], #12]\n\t"
                     "sxtb16 %[even], %[word]\n\t"
                     "sxtb16 %[word], %[word], ror #8\n\t"
                     "smlad %[s0], %[even], %[w0], %[s0]\n\t"
                     "smlad %[s1], %[even], %[w1], %[s1]\n\t"
                     "smlad %[s2], %[even], %[w2], %[s2]\n\t"
                     "smlad %[s3], %[even], %[w3], %[s3]\n\t"
                     "ldr   %[w0], [%[wp], #16]\n\t"
                     "ldr   %[w1], [%[wp], #20]\n\t"
                     "ldr   %[w2], [%[wp], #24]\n\t"
                     "ldr   %[w3], [%[wp], #28]\n\t"
                     "add   %[wp], %[wp], #32\n\t"
                     "smlad %[s0], %[word], %[w0], %[s0]\n\t"
                     "smlad %[s1], %[word], %[w1], %[s1]\n\t"
                     "smlad %[s2], %[word], %[w2], %[s2]\n\t"
                     "smlad %[s3], %[word], %[w3], %[s3]\n\t"
                     "cmp   %[ap], %[end]\n\t"
                     "bne   1b"
                     : [ap] "+&r"(*activations), [wp] "+&r"(*weights), [s0] "+&r"(sums->channel_0),
                     [s1] "+&r"(sums->channel_1), [s2] "+&r"(sums->channel_2), [s3] "+&r"(sums->channel_3),
                     [word] "=&r"(word), [even] "=&r"(even), [w0] "=&r"(w0), [w1] "=&r"(w1),
                     [w2] "=&r"(w2), [w3] "=&r"(w3)
                     : [end] "r"(end)
                     : "cc", "memory");
}

// Weights in the order "fours" as they are, for those that are used once; sums are not doubled.
MCUPROF_TEMPLATE void mcuprof_multiply_1x4_narrow(
    const int8_t** activations, const int8_t** weights, int32_t words, struct mcuprof_sums_4* sums)
{
    const int8_t* const end = *activations + 4 * words;
    uint32_t word, even, low, w0, w1, w2, w3;
#define MCUPROF_TWO_CHANNELS(weights, activations, a, b)                                            \
    "sxtb16 %[low], %[" weights "]\n\t"                                                             \
    "sxtb16 %[" weights "], %[" weights "], ror #8\n\t"                                             \
    "smlad %[" a "], %[" activations "], %[low], %[" a "]\n\t"                                      \
    "smlad %[" b "], %[" activations "], %[" weights "], %[" b "]\n\t"
    __asm__ volatile(".balign 4\n\t"
                     "1:\n\t"
                     "ldr   %[word], [%[ap]], #4\n\t"
                     "ldr   %[w0], [%[wp]]\n\t"
                     "ldr   %[w1], [%[wp], #4]\n\t"
                     "ldr   %[w2], [%[wp], #8]\n\t"
                     "ldr   %[w3], [%[wp], #12]\n\t"
                     "add   %[wp], %[wp], #16\n\t"
                     "sxtb16 %[even], %[word]\n\t"
                     "sxtb16 %[word], %[word], ror #8\n\t" MCUPROF_TWO_CHANNELS("w0", "even", "s0", "s1")
                         MCUPROF_TWO_CHANNELS("w1", "even", "s2", "s3")
                             MCUPROF_TWO_CHANNELS("w2", "word", "s0", "s1")
                                 MCUPROF_TWO_CHANNELS("w3", "word", "s2", "s3")
                     "cmp   %[ap], %[end]\n\t"
                     "bne   1b"
                     : [ap] "+&r"(*activations), [wp] "+&r"(*weights),
                     [s0] "+&r"(sums->channel_0), [s1] "+&r"(sums->channel_1),
                     [s2] "+&r"(sums->channel_2), [s3] "+&r"(sums->channel_3), [word] "=&r"(word),
                     [even] "=&r"(even), [low] "=&r"(low), [w0] "=&r"(w0), [w1] "=&r"(w1),
                     [w2] "=&r"(w2), [w3] "=&r"(w3)
                     : [end] "r"(end)
                     : "cc", "memory");
#undef MCUPROF_TWO_CHANNELS
}
