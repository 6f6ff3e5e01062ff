// SPDX-License-Identifier: GPL-2.0-or-later
// Firmware: random shapes, weights and quantization through the kernels of a set (SMALL is defined,
// or DSP) and the reference kernels, compared byte by byte. Ends with exit code 0, or says which
// case differs and ends with 1.
#include "mcuprof_kernels.h"
#include "semihosting.h"

#include <string.h>

enum { cases = 120, capacity = 48 * 1024, guard_bytes = 32, guard_value = 0x5A };

static int8_t input_1[capacity], input_2[capacity], weights[capacity];
static int8_t expected[capacity + guard_bytes], actual[capacity + guard_bytes];
static int32_t scratch[(capacity + guard_bytes) / 4];
static int32_t bias[512], folded_bias[512], multiplier[512];
static int8_t shift[512];

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

// Random bytes; in some cases only of extremes, or of one extreme, where sums are largest.
static void fill(int8_t* bytes, int32_t count)
{
    const int32_t kind = between(0, 4);
    const int8_t extreme = between(0, 1) ? INT8_MAX : INT8_MIN;
    for (int32_t i = 0; i < count; ++i) {
        if (kind == 0)
            bytes[i] = extreme;
        else if (kind == 1)
            bytes[i] = between(0, 1) ? INT8_MAX : INT8_MIN;
        else
            bytes[i] = (int8_t)between(INT8_MIN, INT8_MAX);
    }
}

static void random_output_stage(int32_t channels, int32_t sums_bits)
{
    for (int32_t o = 0; o < channels; ++o) {
        bias[o] = between(-30000, 30000);
        multiplier[o] = between(1 << 30, INT32_MAX);
        shift[o] = (int8_t)between(4 - sums_bits, 8 - sums_bits);
        if (between(0, 40) == 0)
            shift[o] = (int8_t)between(0, 3);
        if (between(0, 40) == 0)
            multiplier[o] = 0;
    }
}

static int32_t bits(int32_t number)
{
    int32_t count = 0;
    while (number >> count)
        ++count;
    return count;
}

static void random_activation(int32_t* smallest, int32_t* largest)
{
    *smallest = INT8_MIN;
    *largest = INT8_MAX;
    if (between(0, 2) == 0) {
        *smallest = between(-128, 0);
        *largest = between(1, 127);
    }
}

static void fill_guards(int32_t bytes, int32_t scratch_bytes)
{
    memset(expected, guard_value, (size_t)(bytes + guard_bytes));
    memset(actual, guard_value, (size_t)(bytes + guard_bytes));
    memset((int8_t*)scratch + scratch_bytes, guard_value, guard_bytes);
}

static void fail(const char* kernel, int32_t number, const char* why, int32_t index)
{
    semihosting_write(kernel);
    semihosting_write(": case ");
    semihosting_write_decimal((uint32_t)number);
    semihosting_write(why);
    semihosting_write_decimal((uint32_t)index);
    semihosting_write("\n");
    semihosting_exit(1);
}

static uint32_t distinct_outputs; // a bit for each of 32 output values seen, to know that the cases
                                  // say something

static void compare(const char* kernel, int32_t number, int32_t bytes, int32_t scratch_bytes)
{
    for (int32_t i = 0; i < bytes; ++i) {
        if (expected[i] != actual[i])
            fail(kernel, number, " differs from the reference at byte ", i);
        distinct_outputs |= UINT32_C(1) << ((expected[i] >> 2) & 31);
    }
    for (int32_t i = 0; i < guard_bytes; ++i) {
        if (actual[bytes + i] != guard_value)
            fail(kernel, number, " writes beyond the output, at byte ", i);
        if (((int8_t*)scratch)[scratch_bytes + i] != guard_value)
            fail(kernel, number, " writes beyond the scratch, at byte ", i);
    }
}

static void finish_kernel(const char* kernel)
{
    if (distinct_outputs != UINT32_MAX)
        fail(kernel, cases, " cases do not cover the output values", 0);
    distinct_outputs = 0;
    semihosting_write(kernel);
    semihosting_write(": ");
    semihosting_write_decimal(cases);
    semihosting_write(" cases equal\n");
}

static int32_t window(int32_t outputs, int32_t stride, int32_t kernel, int32_t dilation)
{
    return (outputs - 1) * stride + (kernel - 1) * dilation + 1;
}

typedef void convolution(const struct mcuprof_convolution_parameters*);
typedef int32_t scratch_of(const struct mcuprof_convolution_parameters*); // bytes

// Input, kernel, stride and so on are set; finds output sizes that make sense for some padding.
static int complete_shape(struct mcuprof_convolution_parameters* p)
{
    const int32_t reach_height = (p->kernel_height - 1) * p->dilation_height;
    const int32_t reach_width = (p->kernel_width - 1) * p->dilation_width;
    p->padding_top = between(0, reach_height);
    p->padding_left = between(0, reach_width);
    const int32_t extra_bottom = between(0, reach_height);
    const int32_t extra_right = between(0, reach_width);
    const int32_t rows = p->input_height + p->padding_top + extra_bottom - reach_height - 1;
    const int32_t columns = p->input_width + p->padding_left + extra_right - reach_width - 1;
    if (rows < 0 || columns < 0)
        return 0;
    p->output_height = rows / p->stride_height + 1;
    p->output_width = columns / p->stride_width + 1;
    p->window_width = window(p->output_width, p->stride_width, p->kernel_width, p->dilation_width);
    return p->batches * p->output_height * p->output_width * p->output_channels <= capacity
        && p->batches * p->input_height * p->input_width * p->input_channels <= capacity;
}

static void fold_bias(const struct mcuprof_convolution_parameters* p, int depthwise)
{
    const int32_t kernel_elements
        = p->kernel_height * p->kernel_width * (depthwise ? 1 : p->input_channels);
    for (int32_t o = 0; o < p->output_channels; ++o) {
        int32_t sum = 0;
        for (int32_t i = 0; i < kernel_elements; ++i)
            sum += depthwise ? weights[i * p->output_channels + o]
                             : weights[o * kernel_elements + i];
        folded_bias[o] = bias[o] + p->input_offset * sum;
    }
}

static void run_convolution(const char* name, int32_t number,
    struct mcuprof_convolution_parameters* p, int depthwise, int32_t scratch_bytes,
    convolution* reference, convolution* kernel)
{
    const int32_t products
        = p->kernel_height * p->kernel_width * (depthwise ? 1 : p->input_channels);
    fill(input_1, p->batches * p->input_height * p->input_width * p->input_channels);
    fill(weights, products * p->output_channels);
    random_output_stage(p->output_channels, 7 + bits(products) / 2);
    p->bias_bits = 32;
    p->input_offset = between(-127, 128);
    p->output_offset = between(-128, 127);
    random_activation(&p->activation_min, &p->activation_max);
    p->input = input_1;
    p->weights = weights;
    p->bias = bias;
    if (between(0, 5) == 0) {
        p->bias = 0;
        memset(bias, 0, sizeof bias);
    }
    p->folded_bias = folded_bias;
    p->multiplier = multiplier;
    p->shift = shift;
    p->scratch = scratch;
    fold_bias(p, depthwise);
    const int32_t bytes = p->batches * p->output_height * p->output_width * p->output_channels;
    fill_guards(bytes, scratch_bytes);
    p->output = expected;
    reference(p);
    p->output = actual;
    kernel(p);
    compare(name, number, bytes, scratch_bytes);
}

static void test_conv_2d_1x1(const char* name, convolution* kernel, scratch_of* scratch_bytes)
{
    for (int32_t number = 0; number < cases; ++number) {
        struct mcuprof_convolution_parameters p = {
            .batches = between(1, 2),
            .input_height = between(1, 6),
            .input_width = between(1, 6),
            .input_channels = between(1, 67),
            .output_channels = between(1, 19),
            .kernel_height = 1,
            .kernel_width = 1,
            .stride_height = 1,
            .stride_width = 1,
            .dilation_height = 1,
            .dilation_width = 1,
        };
        if (complete_shape(&p))
            run_convolution(
                name, number, &p, 0, scratch_bytes(&p), mcuprof_reference_conv_2d_int8, kernel);
    }
    finish_kernel(name);
}

static void test_conv_2d(const char* name, convolution* kernel, scratch_of* scratch_bytes)
{
    for (int32_t number = 0; number < cases;) {
        struct mcuprof_convolution_parameters p = {
            .batches = between(1, 2),
            .input_height = between(1, 11),
            .input_width = between(1, 11),
            .input_channels = between(1, 13),
            .output_channels = between(1, 9),
            .kernel_height = between(1, 5),
            .kernel_width = between(1, 5),
            .stride_height = between(1, 3),
            .stride_width = between(1, 3),
            .dilation_height = between(0, 3) ? 1 : 2,
            .dilation_width = between(0, 3) ? 1 : 3,
        };
        if (!complete_shape(&p))
            continue;
        run_convolution(
            name, number++, &p, 0, scratch_bytes(&p), mcuprof_reference_conv_2d_int8, kernel);
    }
    finish_kernel(name);
}

static void test_depthwise_conv_2d(
    const char* name, convolution* kernel, scratch_of* scratch_bytes, int32_t multipliers)
{
    for (int32_t number = 0; number < cases;) {
        struct mcuprof_convolution_parameters p = {
            .batches = between(1, 2),
            .input_height = between(1, 11),
            .input_width = between(1, 11),
            .input_channels = between(1, 19),
            .kernel_height = between(1, 5),
            .kernel_width = between(1, 5),
            .stride_height = between(1, 3),
            .stride_width = between(1, 3),
            .dilation_height = between(0, 3) ? 1 : 2,
            .dilation_width = between(0, 3) ? 1 : 3,
            .depth_multiplier = between(1, multipliers),
        };
        p.output_channels = p.input_channels * p.depth_multiplier;
        if (!complete_shape(&p))
            continue;
        run_convolution(name, number++, &p, 1, scratch_bytes(&p),
            mcuprof_reference_depthwise_conv_2d_int8, kernel);
    }
    finish_kernel(name);
}

static void test_depthwise_conv_2d_3x3(
    const char* name, convolution* kernel, scratch_of* scratch_bytes)
{
    for (int32_t number = 0; number < cases;) {
        struct mcuprof_convolution_parameters p = {
            .batches = between(1, 2),
            .input_height = between(1, 14),
            .input_width = between(1, 14),
            .input_channels = between(1, 19),
            .kernel_height = 3,
            .kernel_width = 3,
            .stride_height = between(1, 5),
            .stride_width = between(1, 4),
            .dilation_height = 1,
            .dilation_width = 1,
            .depth_multiplier = 1,
        };
        p.output_channels = p.input_channels;
        if (!complete_shape(&p))
            continue;
        run_convolution(name, number++, &p, 1, scratch_bytes(&p),
            mcuprof_reference_depthwise_conv_2d_int8, kernel);
    }
    finish_kernel(name);
}

static void test_fully_connected(
    const char* name, void (*kernel)(const struct mcuprof_fully_connected_parameters*))
{
    for (int32_t number = 0; number < cases; ++number) {
        struct mcuprof_fully_connected_parameters p = {
            .batches = between(1, 3),
            .input_channels = between(1, 130),
            .output_channels = between(1, 21),
            .input_offset = between(-127, 128),
            .output_offset = between(-128, 127),
            .bias_bits = 32,
            .input = input_1,
            .weights = weights,
            .bias = bias,
            .folded_bias = folded_bias,
            .multiplier = multiplier,
            .shift = shift,
        };
        fill(input_1, p.batches * p.input_channels);
        fill(weights, p.output_channels * p.input_channels);
        random_output_stage(p.output_channels, 7 + bits(p.input_channels) / 2);
        random_activation(&p.activation_min, &p.activation_max);
        for (int32_t o = 0; o < p.output_channels; ++o) {
            folded_bias[o] = bias[o];
            for (int32_t i = 0; i < p.input_channels; ++i)
                folded_bias[o] += p.input_offset * weights[o * p.input_channels + i];
        }
        const int32_t bytes = p.batches * p.output_channels;
        fill_guards(bytes, 0);
        p.output = expected;
        mcuprof_reference_fully_connected_int8(&p);
        p.output = actual;
        kernel(&p);
        compare(name, number, bytes, 0);
    }
    finish_kernel(name);
}

typedef void elementwise(const struct mcuprof_elementwise_parameters*);

static void test_add(const char* name, elementwise* kernel)
{
    for (int32_t number = 0; number < cases; ++number) {
        const int32_t elements = between(1, 999);
        struct mcuprof_elementwise_parameters p = {
            .elements = elements,
            .output_shape = {1, 1, 1, elements},
            .input_1_strides = {0, 0, 0, 1},
            .input_2_strides = {0, 0, 0, 1},
            .input_1_offset = between(-127, 128),
            .input_2_offset = between(-127, 128),
            .output_offset = between(-128, 127),
            .left_shift = 20,
            .input_1_multiplier = between(1 << 30, INT32_MAX),
            .input_1_shift = between(-6, 0),
            .input_2_multiplier = between(1 << 30, INT32_MAX),
            .input_2_shift = between(-6, 0),
            .output_multiplier = between(1 << 30, INT32_MAX),
            .output_shift = between(-20, -16),
            .input_1 = input_1,
            .input_2 = input_2,
        };
        fill(input_1, elements);
        fill(input_2, elements);
        random_activation(&p.activation_min, &p.activation_max);
        fill_guards(elements, 0);
        p.output = expected;
        mcuprof_reference_add_int8(&p);
        p.output = actual;
        kernel(&p);
        compare(name, number, elements, 0);
    }
    finish_kernel(name);
}

// Of one shape, and one input for each place of the other.
static void test_mul(const char* name, elementwise* kernel)
{
    for (int32_t number = 0; number < cases; ++number) {
        const int32_t height = between(1, 5), width = between(1, 6), channels = between(1, 30);
        const int32_t elements = height * width * channels;
        const int32_t kind = between(0, 2); // equal shapes, one of each channel, one of each place
        struct mcuprof_elementwise_parameters p = {
            .broadcast = kind > 0,
            .elements = elements,
            .output_shape = {1, height, width, channels},
            .input_1_strides = {elements, width * channels, channels, 1},
            .input_2_strides = {0,
                kind == 1       ? 0
                    : kind == 2 ? width
                                : width * channels,
                kind == 1       ? 0
                    : kind == 2 ? 1
                                : channels,
                kind < 2},
            .input_1_offset = between(-127, 128),
            .input_2_offset = between(-127, 128),
            .output_offset = between(-128, 127),
            .output_multiplier = between(1 << 30, INT32_MAX),
            .output_shift = number % 10 == 0 ? between(0, 3) : between(-9, -1),
            .input_1 = input_1,
            .input_2 = input_2,
        };
        fill(input_1, elements);
        fill(input_2, elements);
        random_activation(&p.activation_min, &p.activation_max);
        fill_guards(elements, 0);
        p.output = expected;
        mcuprof_reference_mul_int8(&p);
        p.output = actual;
        kernel(&p);
        compare(name, number, elements, 0);
    }
    finish_kernel(name);
}

static void test_mean(const char* name, void (*kernel)(const struct mcuprof_mean_parameters*))
{
    for (int32_t number = 0; number < 4 * cases; ++number) {
        struct mcuprof_mean_parameters p = {
            .input_shape = {between(1, 2), between(1, 9), between(1, 9), between(1, 21)},
            .reduce = {0, 1, 1, 0},
            .divisor = 1,
            .input_offset = between(-127, 128),
            .output_offset = between(-128, 127),
            .multiplier = between(1 << 30, INT32_MAX),
            .shift = between(-6, -2),
            .input = input_1,
        };
        if (number % 3 == 0)
            for (int32_t i = 0; i < MCUPROF_RANK; ++i)
                p.reduce[i] = between(0, 1);
        if (number % 4 == 0) {
            p.divisor = between(2, 20);
            p.shift += 3;
        }
        int32_t bytes = 1, elements = 1;
        for (int32_t i = 0; i < MCUPROF_RANK; ++i) {
            elements *= p.input_shape[i];
            bytes *= p.reduce[i] ? 1 : p.input_shape[i];
        }
        fill(input_1, elements);
        random_activation(&p.activation_min, &p.activation_max);
        fill_guards(bytes, 0);
        p.output = expected;
        mcuprof_reference_mean_int8(&p);
        p.output = actual;
        kernel(&p);
        compare(name, number, bytes, 0);
    }
    finish_kernel(name);
}

static void test_lookup(const char* name, void (*kernel)(const struct mcuprof_lookup_parameters*))
{
    for (int32_t number = 0; number < cases; ++number) {
        struct mcuprof_lookup_parameters p
            = {.elements = between(1, 300), .table = (const uint8_t*)weights, .input = input_1};
        fill(input_1, p.elements);
        fill(weights, 256);
        fill_guards(p.elements, 0);
        p.output = expected;
        mcuprof_reference_lookup(&p);
        p.output = actual;
        kernel(&p);
        compare(name, number, p.elements, 0);
    }
    finish_kernel(name);
}

typedef void pool(const struct mcuprof_pool_parameters*);

static void test_pool(const char* name, pool* reference, pool* kernel)
{
    for (int32_t number = 0; number < cases;) {
        const int large = between(0, 4) == 0; // windows of more than 256 elements
        struct mcuprof_pool_parameters p = {
            .batches = between(1, 2),
            .input_height = large ? between(17, 30) : between(1, 11),
            .input_width = large ? between(17, 30) : between(1, 11),
            .channels = between(1, 13),
            .kernel_height = large ? between(16, 17) : between(1, 4),
            .kernel_width = large ? between(16, 17) : between(1, 4),
            .stride_height = between(1, 3),
            .stride_width = between(1, 3),
            .input = input_1,
        };
        p.padding_top = between(0, p.kernel_height / 2);
        p.padding_left = between(0, p.kernel_width / 2);
        const int32_t rows = p.input_height + p.padding_top - p.kernel_height;
        const int32_t columns = p.input_width + p.padding_left - p.kernel_width;
        if (rows < 0 || columns < 0)
            continue;
        p.output_height = rows / p.stride_height + 1;
        p.output_width = columns / p.stride_width + 1;
        if ((p.output_height - 1) * p.stride_height - p.padding_top + p.kernel_height
            > p.input_height)
            continue;
        if (p.padding_top >= p.kernel_height || p.padding_left >= p.kernel_width)
            continue; // a window without elements has no average
        fill(input_1, p.batches * p.input_height * p.input_width * p.channels);
        random_activation(&p.activation_min, &p.activation_max);
        const int32_t bytes = p.batches * p.output_height * p.output_width * p.channels;
        fill_guards(bytes, 0);
        p.output = expected;
        reference(&p);
        p.output = actual;
        kernel(&p);
        compare(name, number++, bytes, 0);
    }
    finish_kernel(name);
}

// The sizes of the manifest.
static int32_t no_scratch(const struct mcuprof_convolution_parameters* p)
{
    (void)p;
    return 0;
}

#ifdef DSP
static int32_t two_windows(const struct mcuprof_convolution_parameters* p)
{
    return 2 * p->kernel_height * p->kernel_width * p->input_channels;
}

static int32_t three_rows(const struct mcuprof_convolution_parameters* p)
{
    return 24 * p->window_width + 48;
}

int main(void)
{
    test_conv_2d_1x1("mcuprof_dsp_conv_2d_1x1_int8", mcuprof_dsp_conv_2d_1x1_int8, no_scratch);
    test_conv_2d("mcuprof_dsp_conv_2d_int8", mcuprof_dsp_conv_2d_int8, two_windows);
    test_depthwise_conv_2d(
        "mcuprof_dsp_depthwise_conv_2d_int8", mcuprof_dsp_depthwise_conv_2d_int8, no_scratch, 1);
    test_depthwise_conv_2d_3x3("mcuprof_dsp_depthwise_conv_2d_3x3_int8",
        mcuprof_dsp_depthwise_conv_2d_3x3_int8, three_rows);
    test_fully_connected("mcuprof_dsp_fully_connected_int8", mcuprof_dsp_fully_connected_int8);
    test_add("mcuprof_dsp_add_int8", mcuprof_dsp_add_int8);
    test_pool("mcuprof_dsp_average_pool_2d_int8", mcuprof_reference_average_pool_2d_int8,
        mcuprof_dsp_average_pool_2d_int8);
    test_pool("mcuprof_dsp_max_pool_2d_int8", mcuprof_reference_max_pool_2d_int8,
        mcuprof_dsp_max_pool_2d_int8);
    test_mul("mcuprof_dsp_mul_int8", mcuprof_dsp_mul_int8);
    test_mean("mcuprof_dsp_mean_int8", mcuprof_dsp_mean_int8);
    test_lookup("mcuprof_dsp_lookup", mcuprof_dsp_lookup);
    return 0;
}
#endif

#ifdef SMALL
static int32_t four_windows(const struct mcuprof_convolution_parameters* p)
{
    return 8 * p->kernel_height * p->kernel_width * p->input_channels
        + 4 * p->kernel_width * p->input_channels;
}

static int32_t rows_and_taps(const struct mcuprof_convolution_parameters* p)
{
    const int32_t row = p->window_width + p->stride_width;
    return 4 * p->kernel_height * p->dilation_height * row + 32 * row + 36 * p->output_width
        + 8 * p->kernel_height * p->kernel_width;
}

int main(void)
{
    test_conv_2d_1x1("mcuprof_small_conv_2d_int8", mcuprof_small_conv_2d_int8, four_windows);
    test_conv_2d("mcuprof_small_conv_2d_int8", mcuprof_small_conv_2d_int8, four_windows);
    test_depthwise_conv_2d("mcuprof_small_depthwise_conv_2d_int8",
        mcuprof_small_depthwise_conv_2d_int8, rows_and_taps, 3);
    test_fully_connected("mcuprof_small_fully_connected_int8", mcuprof_small_fully_connected_int8);
    test_add("mcuprof_small_add_int8", mcuprof_small_add_int8);
    return 0;
}
#endif
