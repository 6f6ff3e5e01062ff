// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"
#include "mcuprof_small.h"

// Channel by channel: some rows of one input channel are widened to words, with padding as zero
// points, which the folded bias turns into nothing. Columns that are a stride apart lie side by
// side, so that whatever the stride, neighboring outputs take neighboring words, and one tap is
// multiplied with those of up to four outputs at once.

enum { rows_ahead = 8 }; // beyond those of one window, so that few rows are moved

struct tap {
    const int32_t* words; // for the first output of the first row
    int32_t weight;
};

struct rows {
    int32_t* words;
    int32_t count;       // that there is place for
    int32_t row_words;   // of one row: all its phases
    int32_t phase_words; // of the columns with the same remainder by the stride
};

static void fill(int32_t* word, const int32_t* end, int32_t value)
{
    while (word < end)
        *word++ = value;
}

static __attribute__((noinline)) void move_rows(
    const int32_t* from, const int32_t* from_end, int32_t* to)
{
    while (from < from_end)
        *to++ = *from++;
}

static __attribute__((noinline)) void widen(
    const int8_t* pixel, int32_t step, int32_t* word, int32_t count)
{
    for (; count >= 4; count -= 4) {
        const int32_t word_0 = *pixel;
        pixel += step;
        const int32_t word_1 = *pixel;
        pixel += step;
        word[0] = word_0;
        word[1] = word_1;
        const int32_t word_2 = *pixel;
        pixel += step;
        const int32_t word_3 = *pixel;
        pixel += step;
        word[2] = word_2;
        word[3] = word_3;
        word += 4;
    }
    for (; count > 0; --count) {
        *word++ = *pixel;
        pixel += step;
    }
}

// Row `y` of the input, which may lie above or below it. The columns beside the input hold the zero
// point already.
static __attribute__((noinline)) void fill_row(const struct rows* rows, int32_t* row,
    const int8_t* channel, int32_t y, const struct mcuprof_convolution_parameters* parameters)
{
    const int32_t stride = parameters->stride_width;
    const int32_t channels = parameters->input_channels;
    const int32_t width = parameters->input_width;
    if (y < 0 || y >= parameters->input_height) {
        fill(row, row + rows->row_words, -parameters->input_offset);
        return;
    }
    const int8_t* const input_row = channel + y * width * channels;
    for (int32_t phase = 0; phase < stride; ++phase) {
        int32_t x = phase - parameters->padding_left;
        int32_t before = 0;
        for (; x < 0; x += stride)
            ++before;
        int32_t count = rows->phase_words - before;
        if (stride > 1)
            while (count > 0 && x + (count - 1) * stride >= width)
                --count;
        else if (count > width)
            count = width;
        widen(input_row + x * channels, stride * channels, row + before, count);
        row += rows->phase_words;
    }
}

// One step of each tap: the words of 1 to 4 outputs times its weight, added to r8 to r11.
#define ONE "ldr r4, [r2]\n\tmuls r4, r3\n\tadd r8, r4\n\t"
#define TWO "ldmia r2!, {r4, r5}\n\tmuls r4, r3\n\tmuls r5, r3\n\tadd r8, r4\n\tadd r9, r5\n\t"
#define THREE                                                                                      \
    "ldmia r2!, {r4, r5, r6}\n\tmuls r4, r3\n\tmuls r5, r3\n\tmuls r6, r3\n\t"                     \
    "add r8, r4\n\tadd r9, r5\n\tadd r10, r6\n\t"
#define FOUR                                                                                       \
    "ldmia r2!, {r4, r5, r6, r7}\n\tmuls r4, r3\n\tmuls r5, r3\n\tmuls r6, r3\n\t"                 \
    "muls r7, r3\n\tadd r8, r4\n\tadd r9, r5\n\tadd r10, r6\n\tadd r11, r7\n\t"

// The table entry is struct tap; r1, the end of the table, and r12, the column, are not changed.
#define ADD_TAPS(step)                                                                             \
    __asm__(".syntax unified\n"                                                                    \
            "1:\n\t"                                                                               \
            "ldmia r0!, {r2, r3}\n\t"                                                              \
            "add r2, r12\n\t" step "cmp r0, r1\n\t"                                                \
            "bne 1b\n\t"                                                                           \
            : "+r"(next), "+r"(sum_0), "+r"(sum_1), "+r"(sum_2), "+r"(sum_3)                       \
            : "r"(last), "r"(column)                                                               \
            : "r2", "r3", "r4", "r5", "r6", "r7", "cc", "memory")

// The sums of one row of outputs of one channel, each beginning with the bias. Their words begin
// `row_bytes` behind those of the first row.
static __attribute__((noinline)) void add_taps(const struct tap* taps, const struct tap* end,
    int32_t row_bytes, int32_t outputs, int32_t bias, int32_t* sums)
{
    register int32_t column __asm__("r12") = row_bytes;
    register const struct tap* last __asm__("r1") = end;
    for (; outputs > 0; outputs -= 4) {
        register const struct tap* next __asm__("r0") = taps;
        register int32_t sum_0 __asm__("r8") = bias;
        register int32_t sum_1 __asm__("r9") = bias;
        register int32_t sum_2 __asm__("r10") = bias;
        register int32_t sum_3 __asm__("r11") = bias;
        if (outputs >= 4) {
            ADD_TAPS(FOUR);
            sums[3] = sum_3;
            sums[2] = sum_2;
            sums[1] = sum_1;
        } else if (outputs == 3) {
            ADD_TAPS(THREE);
            sums[2] = sum_2;
            sums[1] = sum_1;
        } else if (outputs == 2) {
            ADD_TAPS(TWO);
            sums[1] = sum_1;
        } else {
            ADD_TAPS(ONE);
        }
        sums[0] = sum_0;
        sums += 4;
        column += 4 * (int32_t)sizeof(int32_t);
    }
}

// Where the words of each tap lie for the first row of outputs.
static void point_taps(struct tap* tap, const struct rows* rows,
    const struct mcuprof_convolution_parameters* parameters)
{
    for (int32_t ky = 0; ky < parameters->kernel_height; ++ky) {
        const int32_t* row = rows->words + ky * parameters->dilation_height * rows->row_words;
        int32_t phase = 0;
        for (int32_t kx = 0; kx < parameters->kernel_width; ++kx) {
            tap++->words = row + phase * rows->phase_words;
            phase += parameters->dilation_width;
            while (phase >= parameters->stride_width) {
                phase -= parameters->stride_width;
                ++row;
            }
        }
    }
}

static __attribute__((noinline)) void load_weights(
    struct tap* tap, const struct tap* end, const int8_t* weight, int32_t step)
{
    for (; tap != end; ++tap) {
        tap->weight = *weight;
        weight += step;
    }
}

// All output channels that come from one input channel.
static __attribute__((noinline)) void convolve_channel(const int8_t* image, int32_t channel,
    const struct rows* rows, struct tap* taps, int32_t* sums,
    const struct mcuprof_convolution_parameters* parameters, int8_t* output)
{
    const int32_t channels = parameters->output_channels;
    const struct tap* const end = taps + parameters->kernel_height * parameters->kernel_width;
    const int32_t width = parameters->output_width;
    const int32_t stride = parameters->stride_height;
    const int32_t window_rows = (parameters->kernel_height - 1) * parameters->dilation_height + 1;
    int32_t first = 0, filled = 0; // the rows of the windows that are there: first <= row < filled
    for (int32_t y = 0; y < parameters->output_height;) {
        // As many rows of outputs as there is place for their windows; what is there already is
        // moved.
        const int32_t top = y * stride;
        if (filled > top) {
            move_rows(rows->words + (top - first) * rows->row_words,
                rows->words + (filled - first) * rows->row_words, rows->words);
        } else {
            filled = top;
        }
        first = top;
        int32_t now = 0;
        for (int32_t end_row = window_rows;
             end_row <= rows->count && y + now < parameters->output_height; end_row += stride) {
            for (; filled < first + end_row; ++filled)
                fill_row(rows, rows->words + (filled - first) * rows->row_words, image + channel,
                    filled - parameters->padding_top, parameters);
            ++now;
        }
        for (int32_t copy = 0; copy < parameters->depth_multiplier; ++copy) {
            const int32_t o = channel * parameters->depth_multiplier + copy;
            load_weights(taps, end, (const int8_t*)parameters->weights + o, channels);
            const struct mcuprof_small_stage stage = mcuprof_small_stage_of(
                parameters->multiplier[o], parameters->shift[o], parameters->output_offset,
                parameters->activation_min, parameters->activation_max, channels);
            int32_t row_bytes = 0;
            for (int32_t i = 0; i < now; ++i) {
                add_taps(taps, end, row_bytes, width, parameters->folded_bias[o], sums + i * width);
                row_bytes += stride * rows->row_words * (int32_t)sizeof(int32_t);
            }
            mcuprof_small_finish(sums, now * width, &stage, output + y * width * channels + o);
        }
        y += now;
    }
}

void mcuprof_small_depthwise_conv_2d_int8(const struct mcuprof_convolution_parameters* parameters)
{
    const int32_t stride = parameters->stride_width;
    struct tap* const taps = parameters->scratch;
    int32_t* const sums = (int32_t*)(taps + parameters->kernel_height * parameters->kernel_width);
    struct rows rows = {
        .words = sums + (rows_ahead + 1) * parameters->output_width,
        .count = (parameters->kernel_height - 1) * parameters->dilation_height + 1 + rows_ahead,
        .phase_words = (parameters->window_width + stride - 1) / stride,
    };
    rows.row_words = stride * rows.phase_words;
    point_taps(taps, &rows, parameters);
    fill(rows.words, rows.words + rows.count * rows.row_words, -parameters->input_offset);
    const int32_t channels = parameters->input_channels;
    const int8_t* image = parameters->input;
    int8_t* output = parameters->output;
    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        for (int32_t channel = 0; channel < channels; ++channel)
            convolve_channel(image, channel, &rows, taps, sums, parameters, output);
        image += parameters->input_height * parameters->input_width * channels;
        output
            += parameters->output_height * parameters->output_width * parameters->output_channels;
    }
}
