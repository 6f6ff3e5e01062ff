// SPDX-License-Identifier: MIT
#include "mcuprof_kernels.h"
#include "mcuprof_small.h"

// Four rows of weights at a time, so that an input is loaded once for four products; the sums are
// in high registers. All addresses are ends, and one negative index counts up to them.
static inline __attribute__((always_inline)) void multiply_four_rows(
    const int8_t* input, const int8_t* rows, int32_t length, int32_t sums[4])
{
    register const int8_t* row_0 __asm__("r0") = rows + length;
    register const int8_t* row_1 __asm__("r1") = rows + 2 * length;
    register const int8_t* row_2 __asm__("r2") = rows + 3 * length;
    register const int8_t* row_3 __asm__("r3") = rows + 4 * length;
    register int32_t index __asm__("r4") = -length;
    register const int8_t* end __asm__("r5") = input + length;
    register int32_t sum_0 __asm__("r8") = sums[0];
    register int32_t sum_1 __asm__("r9") = sums[1];
    register int32_t sum_2 __asm__("r10") = sums[2];
    register int32_t sum_3 __asm__("r11") = sums[3];
    __asm__ volatile(".syntax unified\n"
                     "1:\n\t"
                     "ldrsb r6, [r5, r4]\n\t"
                     "ldrsb r7, [r0, r4]\n\t"
                     "muls r7, r6\n\t"
                     "add  r8, r7\n\t"
                     "ldrsb r7, [r1, r4]\n\t"
                     "muls r7, r6\n\t"
                     "add  r9, r7\n\t"
                     "ldrsb r7, [r2, r4]\n\t"
                     "muls r7, r6\n\t"
                     "add  r10, r7\n\t"
                     "ldrsb r7, [r3, r4]\n\t"
                     "muls r7, r6\n\t"
                     "add  r11, r7\n\t"
                     "adds r4, #1\n\t"
                     "bne  1b\n\t"
                     : "+r"(index), "+r"(sum_0), "+r"(sum_1), "+r"(sum_2), "+r"(sum_3)
                     : "r"(row_0), "r"(row_1), "r"(row_2), "r"(row_3), "r"(end)
                     : "r6", "r7", "cc", "memory");
    sums[0] = sum_0;
    sums[1] = sum_1;
    sums[2] = sum_2;
    sums[3] = sum_3;
}

void mcuprof_small_fully_connected_int8(const struct mcuprof_fully_connected_parameters* parameters)
{
    const int32_t length = parameters->input_channels;
    const int32_t channels = parameters->output_channels;
    const int32_t* const bias = parameters->folded_bias;
    struct mcuprof_small_stage stage = mcuprof_small_stage_of(
        0, 0, parameters->output_offset, parameters->activation_min, parameters->activation_max, 1);
    const int8_t* input = parameters->input;
    int8_t* output = parameters->output;
    for (int32_t batch = 0; batch < parameters->batches; ++batch) {
        const int8_t* row = parameters->weights;
        for (int32_t o = 0; o < channels;) {
            int32_t sums[4] = {bias[o]};
            int32_t now = 1;
            if (channels - o >= 4) {
                now = 4;
                sums[1] = bias[o + 1];
                sums[2] = bias[o + 2];
                sums[3] = bias[o + 3];
                multiply_four_rows(input, row, length, sums);
            } else {
                for (int32_t i = 0; i < length; ++i)
                    sums[0] += input[i] * row[i];
            }
            for (int32_t i = 0; i < now; ++i, ++o) {
                mcuprof_small_set_multiplier(
                    &stage, parameters->multiplier[o], parameters->shift[o]);
                mcuprof_small_finish(&sums[i], 1, &stage, output++);
            }
            row += now * length;
        }
        input += length;
    }
}
