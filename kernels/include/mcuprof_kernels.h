// SPDX-License-Identifier: MIT
#pragma once

#include <stdint.h>

// What a kernel is told. Every kernel is one function `void NAME(const struct
// mcuprof_..._parameters*)`; the struct is constant data in flash and holds shapes, quantization
// numbers and the addresses of tensors, weights and scratch. Which kernels there are, for which
// operator and types, and how much scratch each needs, is in ../manifest.toml.
//
// Shapes count elements, NHWC. `..._offset` is *added* to a stored value: input and weight offsets
// are the negated zero points, the output offset is the zero point. multiplier and shift are a
// positive real number as TensorFlow Lite writes it: real = multiplier * 2^(shift - 31), multiplier
// 0 or in [2^30, 2^31), shift in [-31, 30], > 0 to the left. activation_min and activation_max are
// stored values: the range of the type, narrowed by a fused activation. Tensors need the alignment
// of their element; none overlaps another unless the manifest's `overwrites` says so.
//
// Left out: dynamic shapes, more than four dimensions (a writer merges neighbors or drops ones
// first), errors. A kernel trusts its parameters.

#define MCUPROF_RANK 4

// CONV_2D and DEPTHWISE_CONV_2D. Weights are [output channel][row][column][input channel] for
// CONV_2D and [row][column][output channel] for DEPTHWISE_CONV_2D, where output channel o reads
// input channel o / depth_multiplier.
struct mcuprof_convolution_parameters {
    int32_t batches;
    int32_t input_height;
    int32_t input_width;
    int32_t input_channels;
    int32_t output_height;
    int32_t output_width;
    int32_t output_channels;
    int32_t kernel_height;
    int32_t kernel_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height; // 1: none
    int32_t dilation_width;
    int32_t padding_top; // rows above the input that the first window covers; what is beyond bottom
                         // and right follows
    int32_t padding_left;
    int32_t window_width; // columns that the windows of an output row span: (output_width - 1) *
                          // stride_width + (kernel_width - 1) * dilation_width + 1
    int32_t depth_multiplier; // depthwise only: output_channels / input_channels
    int32_t input_offset;
    int32_t weights_offset; // uint8 only
    int32_t output_offset;
    int32_t activation_min;
    int32_t activation_max;
    int32_t bias_bits; // 32, or 64 (int16 activations only: then sums are rescaled in 64 bits)
    const void* input;
    const void* weights;
    const void* bias; // int32_t or int64_t by bias_bits, one per output channel; null: none
    const int32_t* folded_bias; // bias + input_offset * sum of the channel's weights, wrapping as
                                // int32_t does; read only by kernels that the manifest marks
                                // `folded_bias` (those do not read `bias`)
    const int32_t* multiplier;  // one per output channel, replicated when quantized per tensor
    const int8_t* shift;        // one per output channel
    void* output;
    void* scratch; // size: manifest; 4-byte aligned; null when the size is 0
};

// FULLY_CONNECTED: output[batch][o] from the sum over i of input[batch][i] * weights[o][i].
struct mcuprof_fully_connected_parameters {
    int32_t batches; // elements of the input / input_channels
    int32_t input_channels;
    int32_t output_channels;
    int32_t input_offset;
    int32_t weights_offset; // uint8 only
    int32_t output_offset;
    int32_t activation_min;
    int32_t activation_max;
    int32_t bias_bits; // as in a convolution
    const void* input;
    const void* weights;
    const void* bias;
    const int32_t* folded_bias;
    const int32_t* multiplier; // one per output channel, replicated when quantized per tensor
    const int8_t* shift;
    void* output;
};

// AVERAGE_POOL_2D and MAX_POOL_2D; input and output share their quantization.
struct mcuprof_pool_parameters {
    int32_t batches;
    int32_t input_height;
    int32_t input_width;
    int32_t channels;
    int32_t output_height;
    int32_t output_width;
    int32_t kernel_height;
    int32_t kernel_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t padding_top; // padding takes no part: an average divides by the elements that exist
    int32_t padding_left;
    int32_t activation_min;
    int32_t activation_max;
    const void* input;
    void* output;
};

// ADD, SUB and MUL, with broadcasting. Element [a][b][c][d] of the output comes from the element of
// input n at a*stride[0] + b*stride[1] + c*stride[2] + d*stride[3]; a stride is 0 along a dimension
// that is broadcast. When both inputs have the output's shape: broadcast 0, output_shape {1, 1, 1,
// elements}, last strides 1. The output may be at the address of an input that is not broadcast.
struct mcuprof_elementwise_parameters {
    int32_t
        broadcast; // 0: element i of the output comes from element i of each input; 1: by strides
    int32_t elements; // of the output
    int32_t output_shape[MCUPROF_RANK];
    int32_t input_1_strides[MCUPROF_RANK]; // elements
    int32_t input_2_strides[MCUPROF_RANK];
    int32_t input_1_offset;
    int32_t input_2_offset;
    int32_t output_offset;
    int32_t left_shift;         // ADD, SUB: bits of headroom the inputs get first: 20, for int16 15
    int32_t input_1_multiplier; // ADD, SUB: input 1 scale / (2 * larger input scale)
    int32_t input_1_shift;      // ADD, SUB: never > 0
    int32_t input_2_multiplier;
    int32_t input_2_shift;
    int32_t output_multiplier; // ADD, SUB: 2 * larger input scale / (2^left_shift * output scale);
                               // MUL: s1 * s2 / output
    int32_t output_shift;
    int32_t activation_min;
    int32_t activation_max;
    const void* input_1;
    const void* input_2;
    void* output;
};

// MEAN: output = clamp(round(rescale(sum of (element + input_offset)) / divisor) + output_offset),
// half away from zero. Two ways of TensorFlow Lite fit: a rescale by input scale / output scale
// with divisor = number of elements averaged, or the division folded into the multiplier with
// divisor = 1.
struct mcuprof_mean_parameters {
    int32_t input_shape[MCUPROF_RANK]; // leading ones when there are fewer dimensions
    int32_t
        reduce[MCUPROF_RANK]; // 1: averaged over, 0: kept; the kept ones in order are the output
    int32_t divisor;
    int32_t input_offset;
    int32_t output_offset;
    int32_t multiplier;
    int32_t shift;
    int32_t activation_min; // the range of the output's type
    int32_t activation_max;
    const void* input;
    void* output;
};

// PAD with one value.
struct mcuprof_pad_parameters {
    int32_t input_shape[MCUPROF_RANK];
    int32_t output_shape[MCUPROF_RANK];
    int32_t before[MCUPROF_RANK]; // elements of padding ahead of the input in each dimension
    int32_t element_bytes;        // 1, 2 or 4
    int32_t value;                // stored value of the padding: the zero point for a plain PAD
    const void* input;
    void* output;
};

// CONCATENATION and PACK: for each of `outer` steps the inputs' pieces, one after the other.
struct mcuprof_concatenation_input {
    const void* data;
    int32_t piece_bytes;  // bytes this input contributes to one step
    const uint8_t* table; // 8-bit types whose quantization differs from the output's: output =
                          // table[stored byte]; null: copied as it is
};
struct mcuprof_concatenation_parameters {
    int32_t outer; // product of the dimensions before the axis
    int32_t input_count;
    const struct mcuprof_concatenation_input* inputs;
    void* output;
};

// SPLIT: the reverse.
struct mcuprof_split_output {
    void* data;
    int32_t piece_bytes;
};
struct mcuprof_split_parameters {
    int32_t outer;
    int32_t output_count;
    const struct mcuprof_split_output* outputs;
    const void* input;
};

// STRIDED_SLICE and TRANSPOSE: output element [a][b][c][d] is the input element at
// first + a*steps[0] + b*steps[1] + c*steps[2] + d*steps[3].
struct mcuprof_strided_copy_parameters {
    int32_t output_shape[MCUPROF_RANK];
    int32_t first;               // elements
    int32_t steps[MCUPROF_RANK]; // elements, may be negative
    int32_t element_bytes;       // 1, 2, 4 or 8
    const void* input;
    void* output;
};

// RESIZE_NEAREST_NEIGHBOR; the rounding of TensorFlow Lite is in the two tables, which the writer
// computes.
struct mcuprof_resize_nearest_neighbor_parameters {
    int32_t batches;
    int32_t input_height;
    int32_t input_width;
    int32_t output_height;
    int32_t output_width;
    int32_t pixel_bytes;       // channels * bytes of an element
    const int16_t* source_row; // for each output row the input row it copies
    const int16_t* source_column;
    const void* input;
    void* output;
};

// RESIZE_BILINEAR; input and output share their quantization.
struct mcuprof_resize_bilinear_parameters {
    int32_t batches;
    int32_t input_height;
    int32_t input_width;
    int32_t channels;
    int32_t output_height;
    int32_t output_width;
    int32_t align_corners;      // 0 or 1
    int32_t half_pixel_centers; // 0 or 1
    const void* input;
    void* output;
};

// SOFTMAX over the innermost dimension.
struct mcuprof_softmax_parameters {
    int32_t rows;  // product of the other dimensions
    int32_t depth; // elements of the innermost dimension
    int32_t
        multiplier; // 8 bit: beta * input scale * 2^26 (at most 2^31 - 1) as multiplier and shift;
    int32_t shift;  //        int16: beta * input scale * 65535 / 10
    int32_t smallest_difference; // 8 bit: below this (input - largest input) the exponential counts
                                 // as 0; "diff_min"
    const int16_t* exponential_table; // int16: 513 entries, exp over [-10, 0] in Q0.15
    const int16_t* reciprocal_table;  // int16: 513 entries, 1 / (1 + x) over [0, 1] in Q0.15
    const void* input;
    void* output;
};

// LOGISTIC, HARD_SWISH, RELU and RELU6 of 8-bit types: output = table[stored byte of the input].
struct mcuprof_lookup_parameters {
    int32_t elements;
    const uint8_t* table; // 256 entries, index and value are the bytes as stored (int8 -1 is 255)
    const void* input;
    void* output; // may be the input
};

// LOGISTIC of int16; the output's scale is 2^-15.
struct mcuprof_logistic_parameters {
    int32_t elements;
    int32_t multiplier;    // input * multiplier >> shift, rounded, is the argument in units of 1 /
                           // 12288: 24 table steps a unit, 512 parts between two of them
    int32_t shift;         // 0 to 31, to the right
    const uint16_t* table; // 256 entries: sigmoid(i / 24) * 65536, at most 65535
    const void* input;
    void* output; // may be the input
};

// RELU and RELU6 of int16, and QUANTIZE between integer types: output = clamp(rescale(input +
// input_offset) + offset).
enum mcuprof_element { mcuprof_int8 = 0, mcuprof_uint8 = 1, mcuprof_int16 = 2 };
struct mcuprof_requantize_parameters {
    int32_t elements;
    int32_t input_element; // enum mcuprof_element
    int32_t output_element;
    int32_t input_offset;
    int32_t output_offset;
    int32_t multiplier; // input scale / output scale
    int32_t shift;
    int32_t activation_min;
    int32_t activation_max;
    const void* input;
    void* output;
};

// QUANTIZE from float32: output = clamp(round(input / scale) + zero_point), halves away from zero,
// NaN as 0.
struct mcuprof_quantize_parameters {
    int32_t elements;
    int32_t output_element; // enum mcuprof_element
    int32_t zero_point;
    float scale;
    const float* input;
    void* output;
};

// DEQUANTIZE to float32: output = scale * (input - zero_point).
struct mcuprof_dequantize_parameters {
    int32_t elements;
    int32_t input_element; // enum mcuprof_element
    int32_t zero_point;
    float scale;
    const void* input;
    float* output;
};

// RESHAPE, SQUEEZE, EXPAND_DIMS where the output is not simply the input's address.
struct mcuprof_copy_parameters {
    int32_t bytes;
    const void* input;
    void* output; // may be the input
};

// reference/: plain C, the definition of correct.
void mcuprof_reference_conv_2d_int8(const struct mcuprof_convolution_parameters*);
void mcuprof_reference_conv_2d_uint8(const struct mcuprof_convolution_parameters*);
void mcuprof_reference_conv_2d_int16(const struct mcuprof_convolution_parameters*);
void mcuprof_reference_depthwise_conv_2d_int8(const struct mcuprof_convolution_parameters*);
void mcuprof_reference_depthwise_conv_2d_uint8(const struct mcuprof_convolution_parameters*);
void mcuprof_reference_depthwise_conv_2d_int16(const struct mcuprof_convolution_parameters*);
void mcuprof_reference_depthwise_conv_2d_in_place_int8(const struct mcuprof_convolution_parameters*);
void mcuprof_reference_depthwise_conv_2d_in_place_uint8(const struct mcuprof_convolution_parameters*);
void mcuprof_reference_fully_connected_int8(const struct mcuprof_fully_connected_parameters*);
void mcuprof_reference_fully_connected_uint8(const struct mcuprof_fully_connected_parameters*);
void mcuprof_reference_fully_connected_int16(const struct mcuprof_fully_connected_parameters*);
void mcuprof_reference_add_int8(const struct mcuprof_elementwise_parameters*);
void mcuprof_reference_add_uint8(const struct mcuprof_elementwise_parameters*);
void mcuprof_reference_add_int16(const struct mcuprof_elementwise_parameters*);
void mcuprof_reference_sub_int8(const struct mcuprof_elementwise_parameters*);
void mcuprof_reference_sub_uint8(const struct mcuprof_elementwise_parameters*);
void mcuprof_reference_sub_int16(const struct mcuprof_elementwise_parameters*);
void mcuprof_reference_mul_int8(const struct mcuprof_elementwise_parameters*);
void mcuprof_reference_mul_uint8(const struct mcuprof_elementwise_parameters*);
void mcuprof_reference_mul_int16(const struct mcuprof_elementwise_parameters*);
void mcuprof_reference_average_pool_2d_int8(const struct mcuprof_pool_parameters*);
void mcuprof_reference_average_pool_2d_uint8(const struct mcuprof_pool_parameters*);
void mcuprof_reference_average_pool_2d_int16(const struct mcuprof_pool_parameters*);
void mcuprof_reference_max_pool_2d_int8(const struct mcuprof_pool_parameters*);
void mcuprof_reference_max_pool_2d_uint8(const struct mcuprof_pool_parameters*);
void mcuprof_reference_max_pool_2d_int16(const struct mcuprof_pool_parameters*);
void mcuprof_reference_mean_int8(const struct mcuprof_mean_parameters*);
void mcuprof_reference_mean_uint8(const struct mcuprof_mean_parameters*);
void mcuprof_reference_mean_int16(const struct mcuprof_mean_parameters*);
void mcuprof_reference_pad(const struct mcuprof_pad_parameters*);
void mcuprof_reference_concatenation(const struct mcuprof_concatenation_parameters*);
void mcuprof_reference_split(const struct mcuprof_split_parameters*);
void mcuprof_reference_strided_copy(const struct mcuprof_strided_copy_parameters*);
void mcuprof_reference_resize_nearest_neighbor(
    const struct mcuprof_resize_nearest_neighbor_parameters*);
void mcuprof_reference_resize_bilinear_int8(const struct mcuprof_resize_bilinear_parameters*);
void mcuprof_reference_resize_bilinear_uint8(const struct mcuprof_resize_bilinear_parameters*);
void mcuprof_reference_resize_bilinear_int16(const struct mcuprof_resize_bilinear_parameters*);
void mcuprof_reference_softmax_int8(const struct mcuprof_softmax_parameters*);
void mcuprof_reference_softmax_uint8(const struct mcuprof_softmax_parameters*);
void mcuprof_reference_softmax_int16(const struct mcuprof_softmax_parameters*);
void mcuprof_reference_lookup(const struct mcuprof_lookup_parameters*);
void mcuprof_reference_logistic_int16(const struct mcuprof_logistic_parameters*);
void mcuprof_reference_requantize(const struct mcuprof_requantize_parameters*);
void mcuprof_reference_quantize(const struct mcuprof_quantize_parameters*);
void mcuprof_reference_dequantize(const struct mcuprof_dequantize_parameters*);
void mcuprof_reference_copy(const struct mcuprof_copy_parameters*);

// dsp/: for cores with the DSP extension (Cortex-M4, M7, M33); bit for bit what the reference
// computes.
void mcuprof_dsp_conv_2d_1x1_int8(const struct mcuprof_convolution_parameters*);
void mcuprof_dsp_conv_2d_int8(const struct mcuprof_convolution_parameters*);
void mcuprof_dsp_depthwise_conv_2d_3x3_int8(const struct mcuprof_convolution_parameters*);
void mcuprof_dsp_depthwise_conv_2d_int8(const struct mcuprof_convolution_parameters*);
void mcuprof_dsp_fully_connected_int8(const struct mcuprof_fully_connected_parameters*);
void mcuprof_dsp_add_int8(const struct mcuprof_elementwise_parameters*);
void mcuprof_dsp_average_pool_2d_int8(const struct mcuprof_pool_parameters*);
void mcuprof_dsp_max_pool_2d_int8(const struct mcuprof_pool_parameters*);
void mcuprof_dsp_mul_int8(const struct mcuprof_elementwise_parameters*);
void mcuprof_dsp_mean_int8(const struct mcuprof_mean_parameters*);
void mcuprof_dsp_lookup(const struct mcuprof_lookup_parameters*);

// small/: for cores without SIMD instructions (Cortex-M0+, M3); bit for bit what the reference
// computes.
void mcuprof_small_conv_2d_int8(const struct mcuprof_convolution_parameters*);
void mcuprof_small_depthwise_conv_2d_int8(const struct mcuprof_convolution_parameters*);
void mcuprof_small_fully_connected_int8(const struct mcuprof_fully_connected_parameters*);
void mcuprof_small_add_int8(const struct mcuprof_elementwise_parameters*);
