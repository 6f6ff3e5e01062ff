// SPDX-License-Identifier: GPL-2.0-or-later
// Firmware: convolutions made from templates against the reference kernel, byte by byte, over shapes
// fixed below and random weights, activations and quantization. Ends with exit code 0, or says which
// shape differs and ends with 1.
#include "mcuprof_specialized_fully_connected.h"
#include "semihosting.h"

enum { rounds = 6, capacity = 24 * 1024, guard_bytes = 32, guard_value = 0x5A, channels_at_most = 64 };

static int8_t input[capacity] __attribute__((aligned(16))), weights[capacity];
static int8_t ordered[capacity] __attribute__((aligned(16)));
static int8_t expected[capacity + guard_bytes];
static int8_t actual[capacity + guard_bytes] __attribute__((aligned(16)));
static uint32_t scratch[capacity];
static int32_t bias[channels_at_most], biases[25 * channels_at_most], multiplier[channels_at_most];
static int8_t shift[channels_at_most], shift_right[channels_at_most];

static uint32_t state = 1;

static uint32_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static int32_t between(int32_t smallest, int32_t largest)
{
    return smallest + (int32_t)(next_random() % (uint32_t)(largest - smallest + 1));
}

// Random bytes; in some rounds only extremes, where sums are largest.
static void fill(int8_t* bytes, int32_t count, int32_t round)
{
    for (int32_t i = 0; i < count; ++i)
        bytes[i] = round == 0 ? INT8_MIN
            : round == 1      ? (between(0, 1) ? INT8_MAX : INT8_MIN)
                              : (int8_t)between(INT8_MIN, INT8_MAX);
}

// profiler/plan/weight_order.h, "fours".
static void order_in_fours(int32_t channels, int32_t products)
{
    static const int32_t steps[4] = {0, 2, 1, 3};
    int8_t* to = ordered;
    for (int32_t channel = 0; channel < channels; channel += 4)
        for (int32_t product = 0; product < products; product += 4)
            for (int32_t i = 0; i < 16; ++i) {
                const int32_t step = steps[i / 8 * 2 + i % 4 / 2];
                const int32_t c = channel + i % 8 / 4 * 2 + i % 2;
                const int32_t p = product + step;
                *to++ = c < channels && p < products ? weights[c * products + p] : 0;
            }
}

static int32_t sum_of_weights(const struct mcuprof_convolution_parameters* p, int32_t channel,
    int32_t top, int32_t left)
{
    int32_t sum = 0;
    for (int32_t ky = 0; ky < p->kernel_height; ++ky)
        for (int32_t kx = 0; kx < p->kernel_width; ++kx) {
            const int32_t y = top + ky * p->dilation_height, x = left + kx * p->dilation_width;
            if (y < 0 || y >= p->input_height || x < 0 || x >= p->input_width)
                continue;
            for (int32_t i = 0; i < p->input_channels; ++i)
                sum += weights[((channel * p->kernel_height + ky) * p->kernel_width + kx)
                        * p->input_channels
                    + i];
        }
    return sum;
}

// As profiler/plan/weighted_parameters.cpp does it: a bias for each kind of window, or one that takes
// padding for input.
static void fold_biases(const struct mcuprof_convolution_parameters* p, int32_t of_windows)
{
    const struct mcuprof_axis vertical = {
        p->input_height, p->output_height, p->kernel_height, p->stride_height, p->padding_top};
    const struct mcuprof_axis horizontal = {
        p->input_width, p->output_width, p->kernel_width, p->stride_width, p->padding_left};
    for (int32_t y = 0; y < p->output_height; ++y)
        for (int32_t x = 0; x < p->output_width; ++x) {
            int32_t kind = mcuprof_window_kind(vertical, y) * mcuprof_window_kinds(horizontal)
                + mcuprof_window_kind(horizontal, x);
            for (int32_t o = 0; o < p->output_channels; ++o) {
                int32_t sum = sum_of_weights(p, o, y * p->stride_height - p->padding_top,
                    x * p->stride_width - p->padding_left);
                if (!of_windows) {
                    kind = sum = 0;
                    const int32_t products = p->kernel_height * p->kernel_width * p->input_channels;
                    for (int32_t i = 0; i < products; ++i)
                        sum += weights[o * products + i];
                }
                biases[kind * p->output_channels + o] = 2 * (bias[o] + p->input_offset * sum);
            }
        }
}

static int32_t bits(int32_t number)
{
    int32_t count = 0;
    while (number >> count)
        ++count;
    return count;
}

typedef void template_instance(const struct mcuprof_convolution_parameters*);

struct test {
    const char* name;
    template_instance* run;
    struct mcuprof_convolution_parameters shape;
    int32_t of_windows;
};

#define NUMBERS(ih, iw, ic, oh, ow, oc, kh, kw, s, d, pt, pl, low, high)                            \
    .batches = 1, .input_height = ih, .input_width = iw, .input_channels = ic, .output_height = oh, \
    .output_width = ow, .output_channels = oc, .kernel_height = kh, .kernel_width = kw,             \
    .stride_height = s, .stride_width = s, .dilation_height = d, .dilation_width = d,               \
    .padding_top = pt, .padding_left = pl, .depth_multiplier = 1, .input_offset = 37,               \
    .output_offset = -5, .activation_min = low, .activation_max = high, .bias_bits = 32

#define INSTANCE(name, call, ...)                                                                   \
    __attribute__((noinline)) static void name(const struct mcuprof_convolution_parameters* given)  \
    {                                                                                               \
        const struct mcuprof_convolution_parameters shape = {NUMBERS(__VA_ARGS__),                  \
            .input = given->input, .weights = given->weights, .folded_bias = given->folded_bias,    \
            .multiplier = given->multiplier, .shift = given->shift, .output = given->output,        \
            .scratch = given->scratch};                                                             \
        call;                                                                                       \
    }

#define BY_4 mcuprof_specialized_conv_2d(&shape, 4, mcuprof_chained)
#define BY_16 mcuprof_specialized_conv_2d(&shape, 16, mcuprof_interleaved)
#define GATHERED mcuprof_specialized_conv_2d_gathered(&shape, 0, mcuprof_interleaved)
#define GATHERED_BY_16 mcuprof_specialized_conv_2d_gathered(&shape, 16, mcuprof_chained)
#define PIXELS mcuprof_specialized_conv_2d_pixels(&shape)

// name, template, bias of windows, then: input height, width, channels; output; kernel; stride, dilation, padding top, left; activation
#define TESTS(X)                                                                                    \
    X(pointwise_odd, BY_4, 1, 5, 5, 16, 5, 5, 24, 1, 1, 1, 1, 0, 0, -128, 127)                       \
    X(pointwise_even, BY_16, 1, 4, 6, 8, 4, 6, 40, 1, 1, 1, 1, 0, 0, -128, 127)                      \
    X(pointwise_long, BY_4, 1, 3, 3, 64, 3, 3, 32, 1, 1, 1, 1, 0, 0, -100, 90)                       \
    X(pointwise_words_3, BY_16, 1, 3, 4, 12, 3, 4, 18, 1, 1, 1, 1, 0, 0, -128, 127)                  \
    X(pointwise_strided, BY_4, 1, 6, 6, 16, 3, 3, 16, 1, 1, 2, 1, 0, 0, -128, 127)                   \
    X(pointwise_one, BY_16, 1, 1, 1, 20, 1, 1, 21, 1, 1, 1, 1, 0, 0, -128, 127)                      \
    X(same_3x3, BY_4, 1, 8, 8, 16, 8, 8, 16, 3, 3, 1, 1, 1, 1, -128, 127)                            \
    X(same_3x3_fillers, BY_16, 1, 7, 5, 4, 7, 5, 10, 3, 3, 1, 1, 1, 1, -128, 127)                    \
    X(strided_3x3, BY_4, 1, 8, 8, 8, 4, 4, 16, 3, 3, 2, 1, 0, 0, -128, 127)                          \
    X(strided_3x3_odd, BY_16, 1, 9, 9, 8, 5, 5, 12, 3, 3, 2, 1, 1, 1, -128, 127)                     \
    X(valid_3x3, BY_4, 1, 6, 7, 12, 4, 5, 8, 3, 3, 1, 1, 0, 0, -128, 127)                            \
    X(same_5x5, BY_16, 1, 6, 6, 4, 6, 6, 8, 5, 5, 1, 1, 2, 2, -128, 127)                             \
    X(narrower_than_kernel, BY_4, 1, 4, 2, 4, 4, 2, 8, 5, 5, 1, 1, 2, 2, -128, 127)                  \
    X(stem_rgb, GATHERED, 0, 12, 12, 3, 6, 6, 8, 3, 3, 2, 1, 0, 0, -128, 127)                        \
    X(stem_rgb_same, GATHERED_BY_16, 0, 9, 7, 3, 9, 7, 20, 3, 3, 1, 1, 1, 1, -128, 127)              \
    X(stem_spectrum, GATHERED, 0, 20, 10, 1, 10, 5, 16, 10, 4, 2, 1, 4, 1, -128, 127)                \
    X(stem_dilated, GATHERED_BY_16, 0, 9, 9, 2, 5, 5, 6, 3, 3, 1, 2, 0, 0, -50, 50)                  \
    X(pointwise_5_channels, GATHERED, 0, 3, 5, 5, 3, 5, 9, 1, 1, 1, 1, 0, 0, -128, 127)              \
    X(one_pixel, PIXELS, 1, 1, 1, 64, 1, 1, 10, 1, 1, 1, 1, 0, 0, -128, 127)                         \
    X(one_pixel_short, PIXELS, 1, 1, 1, 4, 1, 1, 12, 1, 1, 1, 1, 0, 0, -128, 127)

#define DEFINE(name, call, windows, ...) INSTANCE(name, call, __VA_ARGS__)
TESTS(DEFINE)
#define LIST(name, call, windows, ...) {#name, name, {NUMBERS(__VA_ARGS__)}, windows},
static const struct test tests[] = {TESTS(LIST)};

static uint32_t values_seen; // a bit for each eight output values

static int32_t differs(const struct test* test, int32_t round)
{
    struct mcuprof_convolution_parameters shape = test->shape;
    const int32_t products = shape.kernel_height * shape.kernel_width * shape.input_channels;
    const int32_t outputs = shape.output_height * shape.output_width * shape.output_channels;
    fill(input, shape.input_height * shape.input_width * shape.input_channels, round);
    fill(weights, products * shape.output_channels, round);
    for (int32_t o = 0; o < shape.output_channels; ++o) {
        const int32_t sums_bits = bits(products) + 14;
        bias[o] = between(-30000, 30000);
        multiplier[o] = between(0, 20) == 0 ? 0 : between(1 << 30, INT32_MAX);
        shift[o] = (int8_t)between(7 - sums_bits, 11 - sums_bits);
        shift_right[o] = (int8_t)-shift[o];
    }
    order_in_fours(shape.output_channels, products);
    fold_biases(&shape, test->of_windows);
    memset(expected, guard_value, sizeof expected);
    memset(actual, guard_value, sizeof actual);
    shape.input = input;
    shape.weights = weights;
    shape.bias = bias;
    shape.multiplier = multiplier;
    shape.shift = shift;
    shape.output = expected;
    mcuprof_reference_conv_2d_int8(&shape);
    shape.weights = ordered;
    shape.folded_bias = biases;
    shape.shift = shift_right;
    shape.output = actual;
    shape.scratch = scratch;
    test->run(&shape);
    for (int32_t i = 0; i < outputs; ++i)
        values_seen |= UINT32_C(1) << ((expected[i] >> 3) & 31);
    return memcmp(expected, actual, (size_t)outputs + guard_bytes) != 0;
}

int main(void)
{
    for (size_t i = 0; i < sizeof tests / sizeof *tests; ++i)
        for (int32_t round = 0; round < rounds; ++round)
            if (differs(&tests[i], round)) {
                semihosting_write("differs: ");
                semihosting_write(tests[i].name);
                semihosting_write("\n");
                return 1;
            }
    if (values_seen != UINT32_MAX)
        semihosting_write("the shapes do not cover the output values\n");
    return values_seen != UINT32_MAX;
}
