// SPDX-License-Identifier: GPL-2.0-or-later
// Firmware: the depthwise template in fixed shapes against the reference kernel, byte by byte, with
// random weights and quantization, in the SCHEDULE that is defined. Ends with exit code 0, or names the case that differs and ends
// with 1.
#include "mcuprof_kernels.h"
#include "mcuprof_specialized_depthwise_conv_2d.h"
#include "semihosting.h"

#include <string.h>

enum { capacity = 32 * 1024, most_channels = 64, most_taps = 49, most_kinds = 49 };

static int8_t input[capacity], expected[capacity], actual[capacity];
static int8_t weights[most_taps * most_channels], shift[most_channels];
static int32_t bias[most_channels], multiplier[most_channels];
static int32_t biases[most_kinds * most_channels];
static uint32_t scratch[8 + 2 * most_taps];

static uint32_t state = 1;

static int32_t between(int32_t smallest, int32_t largest)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return smallest + (int32_t)(state % (uint32_t)(largest - smallest + 1));
}

static void fill(int8_t* bytes, int32_t count)
{
    const int extremes = between(0, 3) == 0;
    for (int32_t i = 0; i < count; ++i)
        bytes[i] = (int8_t)(extremes ? between(0, 1) * 255 - 128 : between(-128, 127));
}

// The folded bias of each kind of window, found by looking at every window.
static void fold(const struct mcuprof_convolution_parameters* p)
{
    const struct mcuprof_axis vertical
        = {p->input_height, p->output_height, p->kernel_height, p->stride_height, p->padding_top};
    const struct mcuprof_axis horizontal
        = {p->input_width, p->output_width, p->kernel_width, p->stride_width, p->padding_left};
    for (int32_t y = 0; y < p->output_height; ++y)
        for (int32_t x = 0; x < p->output_width; ++x) {
            const int32_t kind = mcuprof_window_kind(vertical, y) * mcuprof_window_kinds(horizontal)
                + mcuprof_window_kind(horizontal, x);
            for (int32_t o = 0; o < p->output_channels; ++o) {
                int32_t sum = 0;
                for (int32_t ky = 0; ky < p->kernel_height; ++ky)
                    for (int32_t kx = 0; kx < p->kernel_width; ++kx) {
                        const int32_t row = y * p->stride_height - p->padding_top + ky;
                        const int32_t column = x * p->stride_width - p->padding_left + kx;
                        if (row >= 0 && row < p->input_height && column >= 0
                            && column < p->input_width)
                            sum += weights[(ky * p->kernel_width + kx) * p->output_channels + o];
                    }
                biases[kind * p->output_channels + o] = bias[o] + p->input_offset * sum;
            }
        }
}

typedef void kernel(const struct mcuprof_convolution_parameters*);

static void compare(const char* name, struct mcuprof_convolution_parameters p, kernel* specialized)
{
    for (int32_t number = 0; number < 8; ++number) {
        fill(input, p.batches * p.input_height * p.input_width * p.input_channels);
        fill(weights, p.kernel_height * p.kernel_width * p.input_channels);
        for (int32_t o = 0; o < p.output_channels; ++o) {
            bias[o] = between(-30000, 30000);
            multiplier[o] = between(1 << 30, INT32_MAX);
            shift[o] = (int8_t)between(-10, -1);
        }
        p.bias_bits = 32;
        p.depth_multiplier = 1;
        p.input_offset = between(-127, 128);
        p.output_offset = between(-128, 127);
        p.input = input;
        p.weights = weights;
        p.bias = bias;
        p.multiplier = multiplier;
        p.shift = shift;
        p.scratch = scratch;
        p.output = expected;
        mcuprof_reference_depthwise_conv_2d_int8(&p);
        fold(&p);
        p.folded_bias = biases;
        p.output = actual;
        memset(actual, 0x5A, sizeof actual);
        specialized(&p);
        const int32_t bytes = p.batches * p.output_height * p.output_width * p.output_channels;
        for (int32_t i = 0; i < bytes + 16; ++i)
            if (actual[i] != (i < bytes ? expected[i] : 0x5A)) {
                semihosting_write(name);
                semihosting_write(" differs at byte ");
                semihosting_write_decimal((uint32_t)i);
                semihosting_write("\n");
                semihosting_exit(1);
            }
    }
    semihosting_write(name);
    semihosting_write(" equal\n");
}

// name, batches, height and width of the input, channels, height and width of the kernel, stride,
// padding above and on the left, below and on the right, activation
#define CASE(name, n, h, w, c, kh, kw, s, before, after, smallest, largest)                        \
    static const struct mcuprof_convolution_parameters name##_shape = {.batches = n,               \
        .input_height = h,                                                                         \
        .input_width = w,                                                                          \
        .input_channels = c,                                                                       \
        .output_height = (h + before + after - kh) / s + 1,                                        \
        .output_width = (w + before + after - kw) / s + 1,                                         \
        .output_channels = c,                                                                      \
        .kernel_height = kh,                                                                       \
        .kernel_width = kw,                                                                        \
        .stride_height = s,                                                                        \
        .stride_width = s,                                                                         \
        .dilation_height = 1,                                                                      \
        .dilation_width = 1,                                                                       \
        .padding_top = before,                                                                     \
        .padding_left = before,                                                                    \
        .activation_min = smallest,                                                                \
        .activation_max = largest};                                                                \
    static __attribute__((noinline)) void name(const struct mcuprof_convolution_parameters* p)     \
    {                                                                                              \
        struct mcuprof_convolution_parameters shape = name##_shape;                                \
        shape.input_offset = p->input_offset;                                                      \
        shape.output_offset = p->output_offset;                                                    \
        shape.input = p->input;                                                                    \
        shape.weights = p->weights;                                                                \
        shape.folded_bias = p->folded_bias;                                                        \
        shape.multiplier = p->multiplier;                                                          \
        shape.shift = p->shift;                                                                    \
        shape.output = p->output;                                                                  \
        shape.scratch = p->scratch;                                                                \
        mcuprof_specialized_depthwise_conv_2d(&shape, SCHEDULE);                                             \
    }
#define CASES(X)                                                                                   \
    X(of_3x3, 1, 12, 12, 16, 3, 3, 1, 1, 1, -128, 127)                                             \
    X(of_3x3_stride_2, 1, 24, 24, 8, 3, 3, 2, 0, 1, -128, 127)                                     \
    X(of_3x3_padded_stride_2, 1, 17, 17, 8, 3, 3, 2, 1, 1, -100, 90)                               \
    X(of_3x3_narrow, 1, 25, 5, 64, 3, 3, 1, 1, 1, -128, 127)                                       \
    X(of_3x3_on_3x3, 1, 3, 3, 32, 3, 3, 1, 1, 1, -128, 127)                                        \
    X(of_3x3_on_6x6_stride_2, 1, 6, 6, 32, 3, 3, 2, 0, 1, -128, 127)                               \
    X(of_5x5, 1, 11, 13, 12, 5, 5, 1, 2, 2, -128, 100)                                             \
    X(of_5x5_stride_2, 1, 10, 10, 8, 5, 5, 2, 2, 2, -128, 127)                                     \
    X(of_7x7, 1, 10, 11, 4, 7, 7, 1, 3, 3, -128, 127)                                              \
    X(of_7x7_on_5x5, 1, 5, 5, 8, 7, 7, 1, 3, 3, -128, 127)                                         \
    X(of_7x7_stride_2, 2, 10, 10, 4, 7, 7, 2, 3, 3, -128, 127)                                     \
    X(of_3x2_narrow, 1, 9, 4, 8, 3, 2, 1, 0, 0, -128, 127)                                         \
    X(of_1x1, 1, 4, 9, 8, 1, 1, 1, 0, 0, -128, 127)
CASES(CASE)

int main(void)
{
#define RUN(name, ...) compare("depthwise " #name, name##_shape, name);
    CASES(RUN)
    return 0;
}
