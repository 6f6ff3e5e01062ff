// SPDX-License-Identifier: MIT
#include "mcuprof_dsp.h"
#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"

// Four channels at a time are taken out of the input, row by row, and widened to 16 bits into a
// ring of three rows for each of them, so that neighbors in x lie side by side and one SMLAD does
// two taps. Padding is in the ring as zero points, which the folded bias turns into nothing. A row
// of the window lives in slot (row mod 3) of the ring.

enum { group = 4, taps = 3 };

struct ring {
    int16_t* rows;   // [slot][channel of the group][column]
    int32_t columns; // of one row, even
};

// The weights of one row and channel: taps 0 and 1, taps 1 and 2.
struct row_weights {
    int16x2_t first, last;
};

static void fill(int16_t* row, int32_t count, int32_t value)
{
    for (int32_t i = 0; i < count; ++i)
        row[i] = (int16_t)value;
}

// Four channels of two pixels become a pair of neighbors in each channel's row.
static void widen_two_pixels(const int8_t* pixel, int32_t channels, int16_t* row, int32_t columns)
{
    const uint32_t left = mcuprof_load_word(pixel);
    const uint32_t right = mcuprof_load_word(pixel + channels);
    const int16x2_t left_even = mcuprof_even_bytes(left), left_odd = mcuprof_odd_bytes(left);
    const int16x2_t right_even = mcuprof_even_bytes(right), right_odd = mcuprof_odd_bytes(right);
    const int16x2_t pairs[group] = {
        mcuprof_low_halves(left_even, right_even),
        mcuprof_low_halves(left_odd, right_odd),
        mcuprof_high_halves(left_even, right_even),
        mcuprof_high_halves(left_odd, right_odd),
    };
    for (int32_t i = 0; i < group; ++i)
        memcpy(row + i * columns, &pairs[i], sizeof pairs[i]);
}

// Row `y` of the input (which may lie above or below it) into a slot, `channels_now` channels from
// `channel` on.
static void fill_slot(const struct ring* ring, int32_t slot, const int8_t* image, int32_t y,
    int32_t channel, int32_t channels_now, const struct mcuprof_convolution_parameters* parameters)
{
    const int32_t channels = parameters->input_channels;
    const int32_t zero_point = -parameters->input_offset;
    const int32_t columns = ring->columns;
    int16_t* const rows = ring->rows + slot * group * columns;
    if (y < 0 || y >= parameters->input_height) {
        fill(rows, group * columns, zero_point);
        return;
    }
    const int32_t before = parameters->padding_left < columns ? parameters->padding_left : columns;
    const int32_t space = columns - before;
    const int32_t inside = parameters->input_width < space ? parameters->input_width : space;
    for (int32_t i = 0; i < channels_now; ++i) {
        fill(rows + i * columns, before, zero_point);
        fill(rows + i * columns + before + inside, space - inside, zero_point);
    }
    const int8_t* pixel = image + y * parameters->input_width * channels + channel;
    int32_t x = 0;
    if (channels_now == group) {
        for (; x < inside - 1; x += 2) {
            widen_two_pixels(pixel, channels, rows + before + x, columns);
            pixel += 2 * channels;
        }
    }
    for (; x < inside; ++x) {
        for (int32_t i = 0; i < channels_now; ++i)
            rows[i * columns + before + x] = pixel[i];
        pixel += channels;
    }
}

static inline int16x2_t load_pair(const int16_t* elements)
{
    int16x2_t pair;
    memcpy(&pair, elements, sizeof pair);
    return pair;
}

struct output_stage {
    int32_t multiplier, shift, offset, smallest, largest;
    int common; // shifted to the right and not narrowed below int8, as nearly all layers are
};

static struct output_stage output_stage_of(
    int32_t channel, const struct mcuprof_convolution_parameters* parameters)
{
    const int32_t smallest = parameters->activation_min, largest = parameters->activation_max;
    return (struct output_stage) {
        .multiplier = parameters->multiplier[channel],
        .shift = parameters->shift[channel],
        .offset = parameters->output_offset,
        .smallest = smallest,
        .largest = largest,
        .common = parameters->shift[channel] < 0 && smallest == INT8_MIN && largest == INT8_MAX,
    };
}

static inline int8_t finish(int32_t sum, const struct output_stage* stage, int common)
{
    if (common)
        return (int8_t)__ssat(
            mcuprof_requantize_right(sum, stage->multiplier, -stage->shift, stage->offset), 8);
    return (int8_t)mcuprof_clamp(
        mcuprof_requantize(sum, stage->multiplier, stage->shift) + stage->offset, stage->smallest,
        stage->largest);
}

// One row of taps at columns 0 to 2, and for the neighboring output at 1 to 3, from two words.
static inline void add_taps_of_two(
    const int16_t* row, struct row_weights weights, int32_t* sum_0, int32_t* sum_1)
{
    const int16x2_t left = load_pair(row), right = load_pair(row + 2);
    *sum_0 = __smlad(left, weights.first, *sum_0);
    *sum_1 = __smlatb(left, weights.first, *sum_1);
    *sum_0 = __smlabt(right, weights.last, *sum_0);
    *sum_1 = __smlad(right, weights.last, *sum_1);
}

static inline int32_t add_taps(const int16_t* row, struct row_weights weights, int32_t sum)
{
    return __smlabt(row[2], weights.last, __smlad(load_pair(row), weights.first, sum));
}

struct output_row {
    const int16_t* input; // in slot 0; the other slots are slot_step elements on
    int32_t slot_step;
    const struct row_weights* weights; // by slot
    int32_t bias;
    int32_t outputs;
    int32_t stride;
    int8_t* output;
    int32_t output_step;
};

static inline __attribute__((always_inline)) void convolve_row(
    const struct output_row* row, const struct output_stage* output_stage, int common)
{
    const struct output_stage stage = *output_stage;
    const struct row_weights weights[taps] = {row->weights[0], row->weights[1], row->weights[2]};
    const int32_t slot_step = row->slot_step;
    const int16_t* input = row->input;
    int8_t* output = row->output;
    int32_t left = row->outputs;
    if (row->stride == 1) {
        for (; left >= 2; left -= 2) {
            int32_t sum_0 = row->bias, sum_1 = row->bias;
            add_taps_of_two(input, weights[0], &sum_0, &sum_1);
            add_taps_of_two(input + slot_step, weights[1], &sum_0, &sum_1);
            add_taps_of_two(input + 2 * slot_step, weights[2], &sum_0, &sum_1);
            input += 2;
            output[0] = finish(sum_0, &stage, common);
            output[row->output_step] = finish(sum_1, &stage, common);
            output += 2 * row->output_step;
        }
    }
    for (; left > 0; --left) {
        int32_t sum = add_taps(input, weights[0], row->bias);
        sum = add_taps(input + slot_step, weights[1], sum);
        sum = add_taps(input + 2 * slot_step, weights[2], sum);
        input += row->stride;
        *output = finish(sum, &stage, common);
        output += row->output_step;
    }
}

static void load_weights(const struct mcuprof_convolution_parameters* parameters, int32_t channel,
    struct row_weights weights[taps])
{
    const int32_t channels = parameters->input_channels;
    const int8_t* tap = (const int8_t*)parameters->weights + channel;
    for (int32_t ky = 0; ky < taps; ++ky) {
        weights[ky].first = mcuprof_pair(tap[0], tap[channels]);
        weights[ky].last = mcuprof_pair(tap[channels], tap[2 * channels]);
        tap += taps * channels;
    }
}

static void convolve_group(const int8_t* image, int32_t channel, int32_t channels_now,
    const struct mcuprof_convolution_parameters* parameters, int8_t* output)
{
    const struct ring ring = {parameters->scratch, (parameters->window_width + 2) & ~1};
    const int32_t channels = parameters->input_channels;
    struct row_weights weights[group][taps];
    for (int32_t i = 0; i < channels_now; ++i)
        load_weights(parameters, channel + i, weights[i]);

    int32_t next = 0; // the first row of the windows that is not in the ring yet
    for (int32_t y = 0; y < parameters->output_height; ++y) {
        const int32_t top = y * parameters->stride_height;
        if (next < top)
            next = top;
        for (; next < top + taps; ++next)
            fill_slot(&ring, next % taps, image, next - parameters->padding_top, channel,
                channels_now, parameters);
        const int32_t top_slot = top % taps;
        for (int32_t i = 0; i < channels_now; ++i) {
            const int32_t o = channel + i;
            struct row_weights by_slot[taps];
            for (int32_t ky = 0; ky < taps; ++ky)
                by_slot[top_slot + ky < taps ? top_slot + ky : top_slot + ky - taps]
                    = weights[i][ky];
            const struct output_stage stage = output_stage_of(o, parameters);
            const struct output_row row = {
                .input = ring.rows + i * ring.columns,
                .slot_step = group * ring.columns,
                .weights = by_slot,
                .bias = parameters->folded_bias[o],
                .outputs = parameters->output_width,
                .stride = parameters->stride_width,
                .output = output + o,
                .output_step = channels,
            };
            if (stage.common)
                convolve_row(&row, &stage, 1);
            else
                convolve_row(&row, &stage, 0);
        }
        output += parameters->output_width * channels;
    }
}

void mcuprof_dsp_depthwise_conv_2d_3x3_int8(const struct mcuprof_convolution_parameters* parameters)
{
    const int32_t channels = parameters->input_channels;
    const int8_t* image = parameters->input;
    int8_t* output = parameters->output;
    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        for (int32_t channel = 0; channel < channels; channel += group) {
            const int32_t channels_now = channels - channel < group ? channels - channel : group;
            convolve_group(image, channel, channels_now, parameters, output);
        }
        image += parameters->input_height * parameters->input_width * channels;
        output += parameters->output_height * parameters->output_width * channels;
    }
}
