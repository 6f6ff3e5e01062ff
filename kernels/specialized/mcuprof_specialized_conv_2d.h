// SPDX-License-Identifier: MIT
#pragma once

#include "mcuprof_multiply.h"

// CONV_2D with int8, for cores with the DSP extension. Weights are in the order "fours".
//
// Output channels are computed in blocks: the weights of a block are widened to the scratch buffer
// once, then all pixels are computed with them, two by two, straight from the input. What of a window
// is over padding is left out: there is a bias for each kind of window (see mcuprof_window_kind).
//
// Needs: input channels a multiple of four, no dilation, every window partly over the input, all
// shifts to the right, sums below 2^30; `folded_bias` doubled and `shift` to the right.

// Windows along an axis: the first ones reach over the beginning of the input, the last ones over its
// end, those between are equal. A kind is each of the former, and all of the latter together.
struct mcuprof_axis {
    int32_t input, output, kernel, stride, padding;
};

MCUPROF_TEMPLATE int32_t mcuprof_smaller(int32_t a, int32_t b) { return a < b ? a : b; }
MCUPROF_TEMPLATE int32_t mcuprof_larger(int32_t a, int32_t b) { return a > b ? a : b; }

// How many windows reach over the beginning.
MCUPROF_TEMPLATE int32_t mcuprof_windows_before(struct mcuprof_axis axis)
{
    return mcuprof_smaller((axis.padding + axis.stride - 1) / axis.stride, axis.output);
}

// The first window behind them that reaches over the end.
MCUPROF_TEMPLATE int32_t mcuprof_windows_whole(struct mcuprof_axis axis)
{
    const int32_t room = axis.input + axis.padding - axis.kernel;
    const int32_t first_over = room < 0 ? 0 : room / axis.stride + 1;
    return mcuprof_larger(
        mcuprof_windows_before(axis), mcuprof_smaller(first_over, axis.output));
}

MCUPROF_TEMPLATE int32_t mcuprof_window_kind(struct mcuprof_axis axis, int32_t window)
{
    const int32_t before = mcuprof_windows_before(axis), whole = mcuprof_windows_whole(axis);
    if (window < before)
        return window;
    return window < whole ? before : window - whole + before + (whole > before);
}

MCUPROF_TEMPLATE int32_t mcuprof_window_kinds(struct mcuprof_axis axis)
{
    return mcuprof_window_kind(axis, axis.output - 1) + 1;
}

MCUPROF_TEMPLATE int32_t mcuprof_first_tap(struct mcuprof_axis axis, int32_t window)
{
    return mcuprof_larger(0, axis.padding - window * axis.stride);
}

MCUPROF_TEMPLATE int32_t mcuprof_end_of_taps(struct mcuprof_axis axis, int32_t window)
{
    return mcuprof_smaller(axis.kernel, axis.input + axis.padding - window * axis.stride);
}

// Are there only weights of this channel (zeros, since they come in fours)?
MCUPROF_TEMPLATE int32_t mcuprof_is_filler(
    const struct mcuprof_convolution_parameters* parameters, int32_t channel)
{
    return parameters->output_channels % 4 != 0 && channel >= parameters->output_channels;
}

struct mcuprof_stage {
    int32_t multiplier, shift_right;
};

MCUPROF_TEMPLATE struct mcuprof_stage mcuprof_stage_of(
    const struct mcuprof_convolution_parameters* parameters, int32_t channel)
{
    if (mcuprof_is_filler(parameters, channel))
        return (struct mcuprof_stage) {0, 1};
    return (struct mcuprof_stage) {parameters->multiplier[channel], parameters->shift[channel]};
}

// An output from its doubled sum.
MCUPROF_TEMPLATE int32_t mcuprof_finish_sum(const struct mcuprof_convolution_parameters* parameters,
    int32_t doubled, struct mcuprof_stage stage)
{
    return mcuprof_clamp_to(mcuprof_finish_doubled(doubled, stage.multiplier, stage.shift_right,
                                parameters->output_offset),
        parameters->activation_min, parameters->activation_max);
}

// Four packed outputs from `channel` on.
MCUPROF_TEMPLATE void mcuprof_store_packed(const struct mcuprof_convolution_parameters* parameters,
    int32_t channel, uint32_t four, int8_t* output)
{
    if (parameters->output_channels % 4 == 0) {
        mcuprof_store_word(output + channel, four);
        return;
    }
    for (int32_t i = channel; i < channel + 4 && i < parameters->output_channels; ++i) {
        output[i] = (int8_t)four;
        four >>= 8;
    }
}

MCUPROF_TEMPLATE void mcuprof_store_four(const struct mcuprof_convolution_parameters* parameters,
    int32_t channel, struct mcuprof_sums_4 sums, int8_t* output)
{
    const int32_t result_0 = mcuprof_finish_sum(
        parameters, sums.channel_0, mcuprof_stage_of(parameters, channel));
    const int32_t result_1 = mcuprof_finish_sum(
        parameters, sums.channel_1, mcuprof_stage_of(parameters, channel + 1));
    const int32_t result_2 = mcuprof_finish_sum(
        parameters, sums.channel_2, mcuprof_stage_of(parameters, channel + 2));
    const int32_t result_3 = mcuprof_finish_sum(
        parameters, sums.channel_3, mcuprof_stage_of(parameters, channel + 3));
    mcuprof_store_packed(parameters, channel,
        mcuprof_pack(result_0, result_1, result_2, result_3), output);
}

// The same of a pixel and the next: multipliers and shifts are read once.
MCUPROF_TEMPLATE void mcuprof_store_two_fours(
    const struct mcuprof_convolution_parameters* parameters, int32_t channel,
    struct mcuprof_sums_2x4 sums, int8_t* output)
{
    const struct mcuprof_stage stage_0 = mcuprof_stage_of(parameters, channel);
    const int32_t first_0 = mcuprof_finish_sum(parameters, sums.first.channel_0, stage_0);
    const int32_t second_0 = mcuprof_finish_sum(parameters, sums.second.channel_0, stage_0);
    const struct mcuprof_stage stage_1 = mcuprof_stage_of(parameters, channel + 1);
    const int32_t first_1 = mcuprof_finish_sum(parameters, sums.first.channel_1, stage_1);
    const int32_t second_1 = mcuprof_finish_sum(parameters, sums.second.channel_1, stage_1);
    const struct mcuprof_stage stage_2 = mcuprof_stage_of(parameters, channel + 2);
    const int32_t first_2 = mcuprof_finish_sum(parameters, sums.first.channel_2, stage_2);
    const int32_t second_2 = mcuprof_finish_sum(parameters, sums.second.channel_2, stage_2);
    const struct mcuprof_stage stage_3 = mcuprof_stage_of(parameters, channel + 3);
    const int32_t first_3 = mcuprof_finish_sum(parameters, sums.first.channel_3, stage_3);
    const int32_t second_3 = mcuprof_finish_sum(parameters, sums.second.channel_3, stage_3);
    mcuprof_store_packed(
        parameters, channel, mcuprof_pack(first_0, first_1, first_2, first_3), output);
    mcuprof_store_packed(parameters, channel, mcuprof_pack(second_0, second_1, second_2, second_3),
        output + parameters->output_channels);
}

MCUPROF_TEMPLATE int32_t mcuprof_start_channel(
    const struct mcuprof_convolution_parameters* parameters, int32_t channel, const int32_t* bias)
{
    return mcuprof_is_filler(parameters, channel) ? 0 : bias[channel];
}

// The doubled biases of four channels from `channel` on.
MCUPROF_TEMPLATE struct mcuprof_sums_4 mcuprof_start_four(
    const struct mcuprof_convolution_parameters* parameters, int32_t channel, const int32_t* bias)
{
    return (struct mcuprof_sums_4) {mcuprof_start_channel(parameters, channel, bias),
        mcuprof_start_channel(parameters, channel + 1, bias),
        mcuprof_start_channel(parameters, channel + 2, bias),
        mcuprof_start_channel(parameters, channel + 3, bias)};
}

// Where a window begins, and what of it is over the input.
struct mcuprof_place {
    const int8_t* corner; // its first tap over the input
    const uint32_t* weights; // of that tap and its first four channels, widened
    const int32_t* bias; // of its kind, all channels
    int32_t rows; // taps over the input
    int32_t columns;
    int8_t* output; // of all channels
};

// Output channels first_channel to end_channel - 1 of a window that has all its columns, and of the
// next one.
MCUPROF_TEMPLATE void mcuprof_two_windows(const struct mcuprof_convolution_parameters* parameters,
    struct mcuprof_place place, int32_t first_channel, int32_t end_channel, int32_t schedule)
{
    const int32_t line = parameters->input_width * parameters->input_channels;
    const int32_t taps = parameters->kernel_width * parameters->input_channels;
    const int32_t next = parameters->stride_width * parameters->input_channels;
    int32_t channel = first_channel;
    do {
        const struct mcuprof_sums_4 start = mcuprof_start_four(parameters, channel, place.bias);
        struct mcuprof_sums_2x4 sums = {start, start};
        const int8_t* activations = place.corner;
        const uint32_t* weights = place.weights;
        int32_t row = place.rows;
        do {
            mcuprof_multiply_2x4(&activations, next, &weights, taps / 4, &sums, schedule);
            activations += line - taps;
        } while (parameters->kernel_height > 1 && --row > 0);
        mcuprof_store_two_fours(parameters, channel, sums, place.output);
        place.weights += 2 * parameters->kernel_height * taps;
        channel += 4;
    } while (channel < end_channel);
}

// The same of one window, which may lack columns.
MCUPROF_TEMPLATE void mcuprof_one_window(const struct mcuprof_convolution_parameters* parameters,
    struct mcuprof_place place, int32_t first_channel, int32_t end_channel)
{
    const int32_t line = parameters->input_width * parameters->input_channels;
    const int32_t taps = parameters->kernel_width * parameters->input_channels;
    const int32_t here = place.columns * parameters->input_channels;
    int32_t channel = first_channel;
    do {
        struct mcuprof_sums_4 sums = mcuprof_start_four(parameters, channel, place.bias);
        const int8_t* activations = place.corner;
        const uint32_t* weights = place.weights;
        int32_t row = place.rows;
        do {
            mcuprof_multiply_1x4(&activations, &weights, here / 4, &sums);
            activations += line - here;
            weights += 2 * (taps - here);
        } while (parameters->kernel_height > 1 && --row > 0);
        mcuprof_store_four(parameters, channel, sums, place.output);
        place.weights += 2 * parameters->kernel_height * taps;
        channel += 4;
    } while (channel < end_channel);
}

// `block`: output channels whose weights are widened at a time, a multiple of four; 0: all.
MCUPROF_TEMPLATE void mcuprof_specialized_conv_2d(
    const struct mcuprof_convolution_parameters* parameters, int32_t block, int32_t schedule)
{
    struct mcuprof_convolution_parameters shape = *parameters;
    if (shape.kernel_height == 1 && shape.kernel_width == 1 && shape.stride_height == 1
        && shape.stride_width == 1 && shape.padding_top == 0 && shape.padding_left == 0) {
        // All pixels lie in one line.
        shape.output_width *= shape.batches * shape.output_height;
        shape.input_width = shape.output_width;
        shape.input_height = shape.output_height = shape.batches = 1;
    }
    const struct mcuprof_axis vertical = {shape.input_height, shape.output_height,
        shape.kernel_height, shape.stride_height, shape.padding_top};
    const struct mcuprof_axis horizontal = {shape.input_width, shape.output_width,
        shape.kernel_width, shape.stride_width, shape.padding_left};
    const int32_t before = mcuprof_windows_before(horizontal);
    const int32_t whole = mcuprof_windows_whole(horizontal);
    const int32_t only_pairs = before == 0 && whole == shape.output_width && whole % 2 == 0;
    const int32_t products = shape.kernel_height * shape.kernel_width * shape.input_channels;
    const int32_t channels = (shape.output_channels + 3) / 4 * 4; // of weights
    const int32_t in_block = block == 0 ? channels : mcuprof_smaller(block, channels);
    uint32_t* const wide = shape.scratch;
    const int8_t* weights = shape.weights;

    for (int32_t channel = 0; channel < channels; channel += in_block) {
        const int32_t end = mcuprof_smaller(channels, channel + in_block);
        mcuprof_widen(weights, (end - channel) * products / 16, wide);
        weights += (end - channel) * products;
        int8_t* output = shape.output;
        const int8_t* image = shape.input;
        for (int32_t batch = 0; batch < shape.batches; ++batch) {
            for (int32_t y = 0; y < shape.output_height; ++y) {
                const int32_t top = mcuprof_first_tap(vertical, y);
                const int32_t rows = mcuprof_end_of_taps(vertical, y) - top;
                const int8_t* const line = image
                    + (y * shape.stride_height - shape.padding_top + top) * shape.input_width
                        * shape.input_channels;
                const int32_t* const biases = shape.folded_bias
                    + mcuprof_window_kind(vertical, y) * mcuprof_window_kinds(horizontal)
                        * shape.output_channels;
                for (int32_t x = 0; x < shape.output_width;) {
                    const int32_t left = mcuprof_first_tap(horizontal, x);
                    const struct mcuprof_place place = {
                        .corner = line
                            + (x * shape.stride_width - shape.padding_left + left)
                                * shape.input_channels,
                        .weights = wide
                            + 2 * (top * shape.kernel_width + left) * shape.input_channels,
                        .bias
                        = biases + mcuprof_window_kind(horizontal, x) * shape.output_channels,
                        .rows = rows,
                        .columns = mcuprof_end_of_taps(horizontal, x) - left,
                        .output = output,
                    };
                    if (only_pairs || (x >= before && x + 1 < whole)) {
                        mcuprof_two_windows(&shape, place, channel, end, schedule);
                        output += 2 * shape.output_channels;
                        x += 2;
                    } else {
                        mcuprof_one_window(&shape, place, channel, end);
                        output += shape.output_channels;
                        ++x;
                    }
                }
            }
            image += shape.input_height * shape.input_width * shape.input_channels;
        }
    }
}

// ---- gathered --------------------------------------------------------------------------------------------------------
//
// For any number of input channels and any dilation: the windows of two output pixels are copied to
// the scratch buffer, padding and all, and multiplied with the widened weights of a block of channels.
// The scratch buffer holds two windows, rounded up to words, then the weights.

// Taps of one row; count constant and small in most calls.
MCUPROF_TEMPLATE int8_t* mcuprof_copy_taps(const int8_t* from, int32_t count, int8_t* to)
{
    if (__builtin_constant_p(count) && count <= 16) {
        memcpy(to, from, (size_t)count);
        return to + count;
    }
    for (int32_t i = 0; i < count; ++i)
        *to++ = from[i];
    return to;
}

MCUPROF_TEMPLATE void mcuprof_gather_window(const struct mcuprof_convolution_parameters* parameters,
    const int8_t* image, int32_t top, int32_t left, int8_t* window)
{
    const int32_t channels = parameters->input_channels;
    const int32_t taps = parameters->kernel_width * channels;
    const int32_t line = parameters->input_width * channels;
    const int32_t dilation = parameters->dilation_width;
    const int32_t right = left + (parameters->kernel_width - 1) * dilation;
    const int32_t bottom = top + (parameters->kernel_height - 1) * parameters->dilation_height;
    if (dilation == 1 && top >= 0 && left >= 0 && bottom < parameters->input_height
        && right < parameters->input_width) {
        const int8_t* from = image + top * line + left * channels;
        int32_t row = parameters->kernel_height;
        do {
            window = mcuprof_copy_taps(from, taps, window);
            from += parameters->dilation_height * line;
        } while (--row > 0);
        return;
    }
    for (int32_t ky = 0; ky < parameters->kernel_height; ++ky) {
        const int32_t y = top + ky * parameters->dilation_height;
        for (int32_t kx = 0; kx < parameters->kernel_width; ++kx) {
            const int32_t x = left + kx * dilation;
            const int32_t inside
                = y >= 0 && y < parameters->input_height && x >= 0 && x < parameters->input_width;
            const int8_t* from = image + y * line + x * channels;
            for (int32_t i = 0; i < channels; ++i)
                *window++ = inside ? from[i] : (int8_t)-parameters->input_offset;
        }
    }
}

// `block` as above.
MCUPROF_TEMPLATE void mcuprof_specialized_conv_2d_gathered(
    const struct mcuprof_convolution_parameters* parameters, int32_t block, int32_t schedule)
{
    // A window as a 1x1 convolution sees it: all its products are channels of one pixel.
    const int32_t products
        = (parameters->kernel_height * parameters->kernel_width * parameters->input_channels + 3) / 4
        * 4;
    struct mcuprof_convolution_parameters shape = *parameters;
    shape.kernel_height = shape.kernel_width = shape.stride_width = 1;
    shape.input_channels = products;
    const int32_t channels = (shape.output_channels + 3) / 4 * 4; // of weights
    const int32_t in_block = block == 0 ? channels : mcuprof_smaller(block, channels);
    int8_t* const windows = shape.scratch;
    uint32_t* const wide = (uint32_t*)shape.scratch + 2 * products / 4;
    const int8_t* weights = shape.weights;

    for (int32_t channel = 0; channel < channels; channel += in_block) {
        const int32_t end = mcuprof_smaller(channels, channel + in_block);
        mcuprof_widen(weights, (end - channel) * products / 16, wide);
        weights += (end - channel) * products;
        struct mcuprof_place place = {.corner = windows,
            .weights = wide,
            .bias = shape.folded_bias,
            .rows = 1,
            .columns = 1,
            .output = shape.output};
        const int8_t* image = shape.input;
        int32_t waiting = 0; // windows gathered and not yet multiplied
        for (int32_t batch = 0; batch < shape.batches; ++batch) {
            int32_t top = -shape.padding_top;
            for (int32_t y = 0; y < shape.output_height; ++y) {
                int32_t left = -shape.padding_left;
                for (int32_t x = 0; x < shape.output_width; ++x) {
                    mcuprof_gather_window(
                        parameters, image, top, left, windows + waiting * products);
                    left += parameters->stride_width;
                    waiting ^= 1;
                    if (waiting == 0) {
                        mcuprof_two_windows(&shape, place, channel, end, schedule);
                        place.output += 2 * shape.output_channels;
                    }
                }
                top += shape.stride_height;
            }
            image += parameters->input_height * parameters->input_width * parameters->input_channels;
        }
        if (shape.batches * shape.output_height * shape.output_width % 2 != 0)
            mcuprof_one_window(&shape, place, channel, end);
    }
}
