// SPDX-License-Identifier: MIT
#pragma once

#include "mcuprof_kernels.h"
#include "mcuprof_requantize.h"

// One element of ADD, SUB and MUL, before the clamp.

// Both inputs of ADD and SUB are brought to one scale, with left_shift bits of headroom, before
// they meet.
static inline int32_t mcuprof_rescaled_input_1(
    int32_t stored, const struct mcuprof_elementwise_parameters* parameters)
{
    return mcuprof_requantize((stored + parameters->input_1_offset) * (1 << parameters->left_shift),
        parameters->input_1_multiplier, parameters->input_1_shift);
}

static inline int32_t mcuprof_rescaled_input_2(
    int32_t stored, const struct mcuprof_elementwise_parameters* parameters)
{
    return mcuprof_requantize((stored + parameters->input_2_offset) * (1 << parameters->left_shift),
        parameters->input_2_multiplier, parameters->input_2_shift);
}

static inline int32_t mcuprof_rescaled_output(
    int32_t value, const struct mcuprof_elementwise_parameters* parameters)
{
    return mcuprof_requantize(value, parameters->output_multiplier, parameters->output_shift)
        + parameters->output_offset;
}

static inline int32_t mcuprof_add(
    int32_t first, int32_t second, const struct mcuprof_elementwise_parameters* parameters)
{
    return mcuprof_rescaled_output(
        mcuprof_rescaled_input_1(first, parameters) + mcuprof_rescaled_input_2(second, parameters),
        parameters);
}

static inline int32_t mcuprof_sub(
    int32_t first, int32_t second, const struct mcuprof_elementwise_parameters* parameters)
{
    return mcuprof_rescaled_output(
        mcuprof_rescaled_input_1(first, parameters) - mcuprof_rescaled_input_2(second, parameters),
        parameters);
}

static inline int32_t mcuprof_mul(
    int32_t first, int32_t second, const struct mcuprof_elementwise_parameters* parameters)
{
    return mcuprof_rescaled_output(
        (first + parameters->input_1_offset) * (second + parameters->input_2_offset), parameters);
}
