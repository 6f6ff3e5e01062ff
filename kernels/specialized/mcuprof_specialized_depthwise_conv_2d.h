// SPDX-License-Identifier: MIT
#pragma once

#include "mcuprof_specialized_conv_2d.h"

// DEPTHWISE_CONV_2D with int8, for cores with the DSP extension, straight from the input. Weights are
// as the network has them.
//
// Four channels at a time: their weights are widened to int16 and doubled, to the scratch buffer,
// then all windows are computed with them, two neighbors together where both have all their columns
// over the input. What of a window is over padding is left out: there is a bias for each kind of
// window (see mcuprof_window_kind).
//
// Needs: channels a multiple of four, at most 511 (what lies in a row of two windows is addressed from
// its beginning), a kernel of at most 7 columns, strides of at most 2, no dilation, no multiplier,
// every window partly over the input, all shifts to the right, sums below 2^30.

// The weights of four channels: for each tap those of channels 0 and 2, then those of 1 and 3, doubled.
MCUPROF_TEMPLATE void mcuprof_widen_taps(
    const int8_t* weights, int32_t channels, int32_t taps, uint32_t* wide)
{
    for (int32_t tap = 0; tap < taps; ++tap) {
        const uint32_t word = mcuprof_load_word(weights);
        const int16x2_t even = mcuprof_even_bytes(word), odd = mcuprof_odd_bytes(word);
        wide[0] = (uint32_t)__sadd16(even, even);
        wide[1] = (uint32_t)__sadd16(odd, odd);
        wide += 2;
        weights += channels;
    }
}

// One tap of two windows: the place of the tap is in the symbol mcuprof_tap.
#define MCUPROF_TAP_OF_TWO                                                                          \
    "ldr.w    %[w0], [%[wp], #8*mcuprof_tap]\n\t"                                                   \
    "ldr.w    %[w1], [%[wp], #8*mcuprof_tap+4]\n\t"                                                 \
    "ldr.w    %[a], [%[ap], #%c[step]*mcuprof_tap]\n\t"                                             \
    "sxtb16.w %[t], %[a]\n\t"                                                                       \
    "sxtb16.w %[a], %[a], ror #8\n\t"                                                               \
    "smlabb   %[s00], %[t], %[w0], %[s00]\n\t"                                                      \
    "smlatt   %[s02], %[t], %[w0], %[s02]\n\t"                                                      \
    "ldr.w    %[t], [%[ap], #%c[step]*mcuprof_tap+%c[next]]\n\t"                                    \
    "smlabb   %[s01], %[a], %[w1], %[s01]\n\t"                                                      \
    "smlatt   %[s03], %[a], %[w1], %[s03]\n\t"                                                      \
    "sxtb16.w %[a], %[t]\n\t"                                                                       \
    "sxtb16.w %[t], %[t], ror #8\n\t"                                                               \
    "smlabb   %[s10], %[a], %[w0], %[s10]\n\t"                                                      \
    "smlatt   %[s12], %[a], %[w0], %[s12]\n\t"                                                      \
    "smlabb   %[s11], %[t], %[w1], %[s11]\n\t"                                                      \
    "smlatt   %[s13], %[t], %[w1], %[s13]\n\t"                                                      \
    ".set mcuprof_tap, mcuprof_tap+1\n\t"

// The same with each load beside a product, for the next tap where registers are free early.
#define MCUPROF_BEGIN_TAPS_OF_TWO                                                                   \
    "ldr.w    %[a], [%[ap]]\n\t"                                                                    \
    "ldr.w    %[w0], [%[wp]]\n\t"                                                                   \
    "ldr.w    %[w1], [%[wp], #4]\n\t"

#define MCUPROF_INTERLEAVED_TAP_OF_TWO                                                              \
    "sxtb16.w %[t], %[a]\n\t"                                                                       \
    "sxtb16.w %[a], %[a], ror #8\n\t"                                                               \
    "smlabb   %[s00], %[t], %[w0], %[s00]\n\t"                                                      \
    "smlatt   %[s02], %[t], %[w0], %[s02]\n\t"                                                      \
    "ldr.w    %[t], [%[ap], #%c[step]*mcuprof_tap+%c[next]]\n\t"                                    \
    "smlabb   %[s01], %[a], %[w1], %[s01]\n\t"                                                      \
    "smlatt   %[s03], %[a], %[w1], %[s03]\n\t"                                                      \
    ".set mcuprof_tap, mcuprof_tap+1\n\t"                                                           \
    "sxtb16.w %[a], %[t]\n\t"                                                                       \
    "sxtb16.w %[t], %[t], ror #8\n\t"                                                               \
    "smlabb   %[s10], %[a], %[w0], %[s10]\n\t"                                                      \
    "smlatt   %[s12], %[a], %[w0], %[s12]\n\t"                                                      \
    ".if mcuprof_tap != %c[columns]\n\t"                                                            \
    "ldr.w    %[a], [%[ap], #%c[step]*mcuprof_tap]\n\t"                                             \
    ".endif\n\t"                                                                                    \
    "smlabb   %[s11], %[t], %[w1], %[s11]\n\t"                                                      \
    ".if mcuprof_tap != %c[columns]\n\t"                                                            \
    "ldr.w    %[w0], [%[wp], #8*mcuprof_tap]\n\t"                                                   \
    ".endif\n\t"                                                                                    \
    "smlatt   %[s13], %[t], %[w1], %[s13]\n\t"                                                      \
    ".if mcuprof_tap != %c[columns]\n\t"                                                            \
    "ldr.w    %[w1], [%[wp], #8*mcuprof_tap+4]\n\t"                                                 \
    ".endif\n\t"

// A row of taps of two windows. All but the pointers and sums is constant: `columns` taps, `step`
// bytes from a tap to the next, `next` from a window to the other.
#define MCUPROF_DEFINE_ROW_OF_TWO(name, begin, tap)                                                 \
    MCUPROF_TEMPLATE void name(const int8_t* activations, const uint32_t* weights,                  \
        int32_t columns, int32_t step, int32_t next, struct mcuprof_sums_2x4* sums)                 \
    {                                                                                               \
        register uint32_t a __asm__("r0");                                                          \
        register uint32_t t __asm__("r1");                                                          \
        register uint32_t w0 __asm__("r2");                                                         \
        register uint32_t w1 __asm__("r3");                                                         \
        register const int8_t* ap __asm__("r4") = activations;                                      \
        register const uint32_t* wp __asm__("r5") = weights;                                        \
        register int32_t s00 __asm__("r6") = sums->first.channel_0;                                 \
        register int32_t s01 __asm__("r7") = sums->first.channel_1;                                 \
        register int32_t s02 __asm__("r8") = sums->first.channel_2;                                 \
        register int32_t s03 __asm__("r9") = sums->first.channel_3;                                 \
        register int32_t s10 __asm__("r10") = sums->second.channel_0;                               \
        register int32_t s11 __asm__("r11") = sums->second.channel_1;                               \
        register int32_t s12 __asm__("r12") = sums->second.channel_2;                               \
        register int32_t s13 __asm__("lr") = sums->second.channel_3;                                \
        __asm__ volatile(".set mcuprof_tap, 0\n\t" begin ".rept %c[columns]\n\t" tap ".endr\n\t"    \
                         : [a] "=&r"(a), [t] "=&r"(t), [w0] "=&r"(w0), [w1] "=&r"(w1),              \
                         [s00] "+&r"(s00), [s01] "+&r"(s01), [s02] "+&r"(s02), [s03] "+&r"(s03),    \
                         [s10] "+&r"(s10), [s11] "+&r"(s11), [s12] "+&r"(s12), [s13] "+&r"(s13)     \
                         : [ap] "r"(ap), [wp] "r"(wp), [columns] "i"(columns), [step] "i"(step),    \
                         [next] "i"(next)                                                           \
                         : "memory");                                                               \
        sums->first = (struct mcuprof_sums_4) {s00, s01, s02, s03};                                 \
        sums->second = (struct mcuprof_sums_4) {s10, s11, s12, s13};                                \
    }

MCUPROF_DEFINE_ROW_OF_TWO(mcuprof_chained_row_of_two, "", MCUPROF_TAP_OF_TWO)
MCUPROF_DEFINE_ROW_OF_TWO(
    mcuprof_interleaved_row_of_two, MCUPROF_BEGIN_TAPS_OF_TWO, MCUPROF_INTERLEAVED_TAP_OF_TWO)

MCUPROF_TEMPLATE void mcuprof_row_of_two(const int8_t* activations, const uint32_t* weights,
    int32_t columns, int32_t step, int32_t next, struct mcuprof_sums_2x4* sums, int32_t schedule)
{
    if (schedule == mcuprof_chained)
        mcuprof_chained_row_of_two(activations, weights, columns, step, next, sums);
    else
        mcuprof_interleaved_row_of_two(activations, weights, columns, step, next, sums);
}

// One tap of one window.
MCUPROF_TEMPLATE void mcuprof_tap_of_one(
    const int8_t* activations, const uint32_t* weights, struct mcuprof_sums_4* sums)
{
    const uint32_t word = mcuprof_load_word(activations);
    const int16x2_t weights_even = (int16x2_t)weights[0], weights_odd = (int16x2_t)weights[1];
    const int16x2_t even = mcuprof_even_bytes(word), odd = mcuprof_odd_bytes(word);
    sums->channel_0 = __smlabb(even, weights_even, sums->channel_0);
    sums->channel_1 = __smlabb(odd, weights_odd, sums->channel_1);
    sums->channel_2 = __smlatt(even, weights_even, sums->channel_2);
    sums->channel_3 = __smlatt(odd, weights_odd, sums->channel_3);
}

// What four channels have in SRAM while they are computed: flash would make them wait.
struct mcuprof_four_channels {
    int32_t multiplier[4];
    int32_t shift_right[4];
    uint32_t weights[]; // widened
};

MCUPROF_TEMPLATE int32_t mcuprof_finish_one(const struct mcuprof_convolution_parameters* parameters,
    const struct mcuprof_four_channels* four, int32_t channel, int32_t doubled)
{
    return mcuprof_clamp_to(mcuprof_finish_doubled(doubled, four->multiplier[channel],
                                four->shift_right[channel], parameters->output_offset),
        parameters->activation_min, parameters->activation_max);
}

// Outputs of the same channel of two windows; the words are filled byte by byte.
#define MCUPROF_FINISH_TWO(channel, place)                                                          \
    place(first, mcuprof_finish_one(parameters, four, channel, sums.first.channel_##channel));      \
    place(second, mcuprof_finish_one(parameters, four, channel, sums.second.channel_##channel));
#define MCUPROF_BYTE_0(word, value) word = value
#define MCUPROF_BYTE_1(word, value) __asm__("bfi %0, %1, #8, #8" : "+r"(word) : "r"(value))
#define MCUPROF_BYTE_2(word, value) __asm__("bfi %0, %1, #16, #8" : "+r"(word) : "r"(value))
#define MCUPROF_BYTE_3(word, value) __asm__("bfi %0, %1, #24, #8" : "+r"(word) : "r"(value))

MCUPROF_TEMPLATE void mcuprof_store_two_windows(
    const struct mcuprof_convolution_parameters* parameters,
    const struct mcuprof_four_channels* four, struct mcuprof_sums_2x4 sums, int8_t* output,
    int32_t next)
{
    int32_t first, second;
    MCUPROF_FINISH_TWO(0, MCUPROF_BYTE_0)
    MCUPROF_FINISH_TWO(1, MCUPROF_BYTE_1)
    MCUPROF_FINISH_TWO(2, MCUPROF_BYTE_2)
    MCUPROF_FINISH_TWO(3, MCUPROF_BYTE_3)
    mcuprof_store_word(output, (uint32_t)first);
    mcuprof_store_word(output + next, (uint32_t)second);
}

#undef MCUPROF_FINISH_TWO
#undef MCUPROF_BYTE_0
#undef MCUPROF_BYTE_1
#undef MCUPROF_BYTE_2
#undef MCUPROF_BYTE_3

// A window, in the input and of its kind.
struct mcuprof_depthwise_place {
    const int8_t* corner; // its first tap over the input
    const uint32_t* weights; // of that tap
    struct mcuprof_sums_4 start;
    int32_t rows, columns; // over the input
};

MCUPROF_TEMPLATE struct mcuprof_depthwise_place mcuprof_depthwise_window(
    const struct mcuprof_convolution_parameters* parameters, const int8_t* image,
    const int32_t* biases, const struct mcuprof_four_channels* four, int32_t y, int32_t x)
{
    const struct mcuprof_axis vertical = {parameters->input_height, parameters->output_height,
        parameters->kernel_height, parameters->stride_height, parameters->padding_top};
    const struct mcuprof_axis horizontal = {parameters->input_width, parameters->output_width,
        parameters->kernel_width, parameters->stride_width, parameters->padding_left};
    const int32_t top = mcuprof_first_tap(vertical, y), left = mcuprof_first_tap(horizontal, x);
    const int32_t row = y * parameters->stride_height - parameters->padding_top + top;
    const int32_t column = x * parameters->stride_width - parameters->padding_left + left;
    const int32_t* const bias = biases
        + (mcuprof_window_kind(vertical, y) * mcuprof_window_kinds(horizontal)
              + mcuprof_window_kind(horizontal, x))
            * parameters->input_channels;
    return (struct mcuprof_depthwise_place) {
        .corner = image + (row * parameters->input_width + column) * parameters->input_channels,
        .weights = four->weights + 2 * (top * parameters->kernel_width + left),
        .start = {2 * bias[0], 2 * bias[1], 2 * bias[2], 2 * bias[3]},
        .rows = mcuprof_end_of_taps(vertical, y) - top,
        .columns = mcuprof_end_of_taps(horizontal, x) - left,
    };
}

// Four channels of an image. First the windows that go in pairs, then the others, so that each loop
// is short enough for a flash accelerator's few lines.
MCUPROF_TEMPLATE void mcuprof_depthwise_four_channels(
    const struct mcuprof_convolution_parameters* parameters, const int8_t* image,
    const int32_t* biases, const struct mcuprof_four_channels* four, int8_t* output,
    int32_t schedule)
{
    const struct mcuprof_axis vertical = {parameters->input_height, parameters->output_height,
        parameters->kernel_height, parameters->stride_height, parameters->padding_top};
    const struct mcuprof_axis horizontal = {parameters->input_width, parameters->output_width,
        parameters->kernel_width, parameters->stride_width, parameters->padding_left};
    const int32_t rows_before = mcuprof_windows_before(vertical);
    const int32_t whole_rows = mcuprof_windows_whole(vertical) - rows_before;
    const int32_t before = mcuprof_windows_before(horizontal);
    const int32_t whole_columns = mcuprof_windows_whole(horizontal) - before;
    const int32_t channels = parameters->input_channels;
    const int32_t line = parameters->input_width * channels;
    const int32_t output_line = parameters->output_width * channels;
    // Neighbors in a column of outputs go together where the image is narrow.
    const int32_t upright = parameters->output_width < 8 && whole_rows > 1
        && (parameters->kernel_width - 1) * channels + parameters->stride_height * line < 4096;
    const int32_t pairs_top = upright ? rows_before : 0;
    const int32_t pairs_bottom
        = upright ? rows_before + whole_rows / 2 * 2 : parameters->output_height;
    const int32_t pairs_left = upright ? 0 : before;
    const int32_t pairs_right
        = upright ? parameters->output_width : before + whole_columns / 2 * 2;

    for (int32_t y = pairs_top; y < pairs_bottom; y += 1 + upright) {
        for (int32_t x = pairs_left; x < pairs_right; x += 2 - upright) {
            struct mcuprof_depthwise_place place
                = mcuprof_depthwise_window(parameters, image, biases, four, y, x);
            struct mcuprof_sums_2x4 sums = {place.start, place.start};
            // Where neighbors lie one above the other, they may lack columns.
#pragma GCC unroll 7
            for (int32_t columns = upright ? 1 : parameters->kernel_width;
                 columns <= parameters->kernel_width; ++columns) {
                if (upright && place.columns != columns)
                    continue;
                for (int32_t ky = upright ? parameters->kernel_height : place.rows; ky > 0; --ky) {
                    mcuprof_row_of_two(place.corner, place.weights, columns, channels,
                        upright ? parameters->stride_height * line
                                : parameters->stride_width * channels,
                        &sums, schedule);
                    place.corner += line;
                    place.weights += 2 * parameters->kernel_width;
                }
            }
            mcuprof_store_two_windows(parameters, four, sums,
                output + y * output_line + x * channels, upright ? output_line : channels);
        }
    }
    for (int32_t y = 0; y < parameters->output_height; ++y) {
        for (int32_t x = 0; x < parameters->output_width; ++x) {
            if (x == pairs_left && y >= pairs_top && y < pairs_bottom)
                x = pairs_right;
            if (x >= parameters->output_width)
                break;
            const struct mcuprof_depthwise_place place
                = mcuprof_depthwise_window(parameters, image, biases, four, y, x);
            const int8_t* corner = place.corner;
            const uint32_t* weights = place.weights;
            struct mcuprof_sums_4 sums = place.start;
            for (int32_t ky = place.rows; ky > 0; --ky) {
#pragma GCC unroll 7
                for (int32_t kx = 0; kx < parameters->kernel_width; ++kx) {
                    if (kx >= place.columns)
                        break;
                    mcuprof_tap_of_one(corner + kx * channels, weights + 2 * kx, &sums);
                }
                corner += line;
                weights += 2 * parameters->kernel_width;
            }
            mcuprof_store_word(output + y * output_line + x * channels,
                mcuprof_pack(mcuprof_finish_one(parameters, four, 0, sums.channel_0),
                    mcuprof_finish_one(parameters, four, 1, sums.channel_1),
                    mcuprof_finish_one(parameters, four, 2, sums.channel_2),
                    mcuprof_finish_one(parameters, four, 3, sums.channel_3)));
        }
    }
}

MCUPROF_TEMPLATE void mcuprof_specialized_depthwise_conv_2d(
    const struct mcuprof_convolution_parameters* parameters, int32_t schedule)
{
    const struct mcuprof_convolution_parameters shape = *parameters;
    const int32_t channels = shape.input_channels;
    struct mcuprof_four_channels* const four = shape.scratch;
    for (int32_t channel = 0; channel < channels; channel += 4) {
        for (int32_t i = 0; i < 4; ++i) {
            four->multiplier[i] = shape.multiplier[channel + i];
            four->shift_right[i] = -shape.shift[channel + i];
        }
        mcuprof_widen_taps((const int8_t*)shape.weights + channel, channels,
            shape.kernel_height * shape.kernel_width, four->weights);
        const int8_t* image = (const int8_t*)shape.input + channel;
        int8_t* output = (int8_t*)shape.output + channel;
        for (int32_t batch = 0; batch < shape.batches; ++batch) {
            mcuprof_depthwise_four_channels(
                &shape, image, shape.folded_bias + channel, four, output, schedule);
            image += shape.input_height * shape.input_width * channels;
            output += shape.output_height * shape.output_width * channels;
        }
    }
}
