// SPDX-License-Identifier: MIT
#pragma once

#include "mcuprof_dsp.h"
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"

// The inner part of the int8 convolutions and of FULLY_CONNECTED: windows of input (`length` bytes
// each, one after the other) times rows of weights (the same). Mostly two by two, so that each word
// that is loaded and widened is used twice.

struct mcuprof_sums_2x2 {
    int32_t window_0_row_0, window_0_row_1, window_1_row_0, window_1_row_1;
};

// One word of both windows and both rows, 16 multiply-accumulates in 20 instructions; the pointers
// move on. Sums, pointers, length, the six temporaries and the end of the caller's loop take all 14
// registers there are. It is written out because the compiler moves loads ahead until it has to
// spill.
static inline void mcuprof_multiply_word_2x2(
    const int8_t** windows, const int8_t** rows, int32_t length, struct mcuprof_sums_2x2* sums)
{
    uint32_t row_0, row_0_odd, row_1, row_1_odd, window, window_odd;
    __asm__("ldr    %[row_1], [%[rows], %[length]]\n\t"
            "ldr    %[row_0], [%[rows]], #4\n\t"
            "ldr    %[window], [%[windows], %[length]]\n\t"
            "sxtb16 %[row_1_odd], %[row_1], ror #8\n\t"
            "sxtb16 %[row_0_odd], %[row_0], ror #8\n\t"
            "sxtb16 %[window_odd], %[window], ror #8\n\t"
            "sxtb16 %[row_1], %[row_1]\n\t"
            "sxtb16 %[row_0], %[row_0]\n\t"
            "sxtb16 %[window], %[window]\n\t"
            "smlad  %[s10], %[window_odd], %[row_0_odd], %[s10]\n\t"
            "smlad  %[s11], %[window_odd], %[row_1_odd], %[s11]\n\t"
            "smlad  %[s10], %[window], %[row_0], %[s10]\n\t"
            "smlad  %[s11], %[window], %[row_1], %[s11]\n\t"
            "ldr    %[window], [%[windows]], #4\n\t"
            "sxtb16 %[window_odd], %[window], ror #8\n\t"
            "sxtb16 %[window], %[window]\n\t"
            "smlad  %[s00], %[window_odd], %[row_0_odd], %[s00]\n\t"
            "smlad  %[s01], %[window_odd], %[row_1_odd], %[s01]\n\t"
            "smlad  %[s00], %[window], %[row_0], %[s00]\n\t"
            "smlad  %[s01], %[window], %[row_1], %[s01]"
            : [rows] "+&r"(*rows), [windows] "+&r"(*windows), [s00] "+&r"(sums->window_0_row_0),
            [s01] "+&r"(sums->window_0_row_1), [s10] "+&r"(sums->window_1_row_0),
            [s11] "+&r"(sums->window_1_row_1), [row_0] "=&r"(row_0), [row_0_odd] "=&r"(row_0_odd),
            [row_1] "=&r"(row_1), [row_1_odd] "=&r"(row_1_odd), [window] "=&r"(window),
            [window_odd] "=&r"(window_odd)
            : [length] "r"(length)
            : "memory");
}

static inline struct mcuprof_sums_2x2 mcuprof_multiply_2x2(
    const int8_t* windows, const int8_t* rows, int32_t length, struct mcuprof_sums_2x2 sums)
{
    const int8_t* const end_of_pairs = rows + (length & ~7);
    const int8_t* const end = rows + length;
    while (rows != end_of_pairs) {
        mcuprof_multiply_word_2x2(&windows, &rows, length, &sums);
        mcuprof_multiply_word_2x2(&windows, &rows, length, &sums);
    }
    if (length & 4)
        mcuprof_multiply_word_2x2(&windows, &rows, length, &sums);
    while (rows != end) {
        sums.window_0_row_0 += windows[0] * rows[0];
        sums.window_0_row_1 += windows[0] * rows[length];
        sums.window_1_row_0 += windows[length] * rows[0];
        sums.window_1_row_1 += windows[length] * rows[length];
        ++rows;
        ++windows;
    }
    return sums;
}

struct mcuprof_sums_1x4 {
    int32_t row_0, row_1, row_2, row_3;
};

// One window, four rows.
static inline struct mcuprof_sums_1x4 mcuprof_multiply_1x4(
    const int8_t* window, const int8_t* rows, int32_t length, struct mcuprof_sums_1x4 sums)
{
    const int8_t* const end_of_words = window + (length & ~3);
    const int8_t* const end = window + length;
    const int8_t* row_3 = rows + 3 * length;
    while (window != end_of_words) {
        const uint32_t word = mcuprof_load_word(window);
        const int16x2_t even = mcuprof_even_bytes(word), odd = mcuprof_odd_bytes(word);
        const uint32_t word_1 = mcuprof_load_word(rows + length);
        const uint32_t word_2 = mcuprof_load_word(rows + 2 * length);
        const uint32_t word_0 = mcuprof_load_word(rows);
        const uint32_t word_3 = mcuprof_load_word(row_3);
        window += 4;
        rows += 4;
        row_3 += 4;
        sums.row_0 = __smlad(even, mcuprof_even_bytes(word_0), sums.row_0);
        sums.row_0 = __smlad(odd, mcuprof_odd_bytes(word_0), sums.row_0);
        sums.row_1 = __smlad(even, mcuprof_even_bytes(word_1), sums.row_1);
        sums.row_1 = __smlad(odd, mcuprof_odd_bytes(word_1), sums.row_1);
        sums.row_2 = __smlad(even, mcuprof_even_bytes(word_2), sums.row_2);
        sums.row_2 = __smlad(odd, mcuprof_odd_bytes(word_2), sums.row_2);
        sums.row_3 = __smlad(even, mcuprof_even_bytes(word_3), sums.row_3);
        sums.row_3 = __smlad(odd, mcuprof_odd_bytes(word_3), sums.row_3);
    }
    while (window != end) {
        sums.row_0 += *window * rows[0];
        sums.row_1 += *window * rows[length];
        sums.row_2 += *window * rows[2 * length];
        sums.row_3 += *window * *row_3++;
        ++rows;
        ++window;
    }
    return sums;
}

static inline int32_t mcuprof_multiply_1x1(
    const int8_t* window, const int8_t* row, int32_t length, int32_t sum)
{
    int32_t i = 0;
    for (; i < length - 3; i += 4) {
        const uint32_t window_word = mcuprof_load_word(window + i);
        const uint32_t row_word = mcuprof_load_word(row + i);
        sum = __smlad(mcuprof_even_bytes(window_word), mcuprof_even_bytes(row_word), sum);
        sum = __smlad(mcuprof_odd_bytes(window_word), mcuprof_odd_bytes(row_word), sum);
    }
    for (; i < length; ++i)
        sum += window[i] * row[i];
    return sum;
}

// What a sum of any of these needs to become an output.
struct mcuprof_output_stage {
    const int32_t* folded_bias;
    const int32_t* multiplier;
    const int8_t* shift;
    int32_t output_offset;
    int32_t activation_min;
    int32_t activation_max;
    int32_t narrow; // 1: the activation leaves less than all of int8
    int32_t output_channels;
};

static inline int32_t mcuprof_clamp_output(int32_t value, const struct mcuprof_output_stage* stage)
{
    if (__builtin_expect(stage->narrow, 0))
        return mcuprof_clamp(value, stage->activation_min, stage->activation_max);
    return __ssat(value, 8);
}

static inline int8_t mcuprof_finish(
    int32_t sum, int32_t channel, const struct mcuprof_output_stage* stage)
{
    const int32_t shift = stage->shift[channel];
    const int32_t value = shift < 0
        ? mcuprof_requantize_right(sum, stage->multiplier[channel], -shift, stage->output_offset)
        : mcuprof_requantize(sum, stage->multiplier[channel], shift) + stage->output_offset;
    return (int8_t)mcuprof_clamp_output(value, stage);
}

// The same channel of two windows.
static inline void mcuprof_finish_two(int32_t sum_0, int32_t sum_1, int32_t channel,
    const struct mcuprof_output_stage* stage, int8_t* output_0, int8_t* output_1)
{
    const int32_t multiplier = stage->multiplier[channel];
    const int32_t shift = stage->shift[channel];
    const int32_t offset = stage->output_offset;
    if (__builtin_expect(shift < 0, 1)) {
        sum_0 = mcuprof_requantize_right(sum_0, multiplier, -shift, offset);
        sum_1 = mcuprof_requantize_right(sum_1, multiplier, -shift, offset);
    } else {
        sum_0 = mcuprof_requantize(sum_0, multiplier, shift) + offset;
        sum_1 = mcuprof_requantize(sum_1, multiplier, shift) + offset;
    }
    *output_0 = (int8_t)mcuprof_clamp_output(sum_0, stage);
    *output_1 = (int8_t)mcuprof_clamp_output(sum_1, stage);
}

// All output channels of one window, or of two that follow each other.
static inline void mcuprof_multiply_window(const int8_t* window, const int8_t* weights,
    int32_t length, const struct mcuprof_output_stage* stage, int8_t* output)
{
    int32_t o = 0;
    for (; o < stage->output_channels - 3; o += 4) {
        const int32_t* const bias = stage->folded_bias + o;
        const struct mcuprof_sums_1x4 start = {bias[0], bias[1], bias[2], bias[3]};
        const struct mcuprof_sums_1x4 sums = mcuprof_multiply_1x4(window, weights, length, start);
        output[o] = mcuprof_finish(sums.row_0, o, stage);
        output[o + 1] = mcuprof_finish(sums.row_1, o + 1, stage);
        output[o + 2] = mcuprof_finish(sums.row_2, o + 2, stage);
        output[o + 3] = mcuprof_finish(sums.row_3, o + 3, stage);
        weights += 4 * length;
    }
    for (; o < stage->output_channels; ++o) {
        output[o] = mcuprof_finish(
            mcuprof_multiply_1x1(window, weights, length, stage->folded_bias[o]), o, stage);
        weights += length;
    }
}

static inline void mcuprof_multiply_two_windows(const int8_t* windows, const int8_t* weights,
    int32_t length, const struct mcuprof_output_stage* stage, int8_t* output)
{
    int8_t* const second = output + stage->output_channels;
    int32_t o = 0;
    for (; o < stage->output_channels - 1; o += 2) {
        const int32_t bias_0 = stage->folded_bias[o], bias_1 = stage->folded_bias[o + 1];
        const struct mcuprof_sums_2x2 start = {bias_0, bias_1, bias_0, bias_1};
        const struct mcuprof_sums_2x2 sums = mcuprof_multiply_2x2(windows, weights, length, start);
        mcuprof_finish_two(
            sums.window_0_row_0, sums.window_1_row_0, o, stage, &output[o], &second[o]);
        mcuprof_finish_two(
            sums.window_0_row_1, sums.window_1_row_1, o + 1, stage, &output[o + 1], &second[o + 1]);
        weights += 2 * length;
    }
    if (o < stage->output_channels) {
        const int32_t bias = stage->folded_bias[o];
        output[o] = mcuprof_finish(mcuprof_multiply_1x1(windows, weights, length, bias), o, stage);
        second[o] = mcuprof_finish(
            mcuprof_multiply_1x1(windows + length, weights, length, bias), o, stage);
    }
}
