// SPDX-License-Identifier: MIT
#include "mcuprof_dsp.h"
#include "mcuprof_kernels.h"

// Four at a time: one load and one store for four bytes and their table entries.
void mcuprof_dsp_lookup(const struct mcuprof_lookup_parameters* parameters)
{
    const uint8_t* const table = parameters->table;
    const uint8_t* input = parameters->input;
    uint8_t* output = parameters->output;
    int32_t left = parameters->elements;
    for (; left >= 4; left -= 4) {
        const uint32_t word = mcuprof_load_word((const int8_t*)input);
        uint32_t result = table[word & 0xFF];
        const uint32_t byte_1 = table[word >> 8 & 0xFF];
        const uint32_t byte_2 = table[word >> 16 & 0xFF];
        const uint32_t byte_3 = table[word >> 24];
        __asm__("bfi %0, %1, #8, #8" : "+r"(result) : "r"(byte_1));
        __asm__("bfi %0, %1, #16, #8" : "+r"(result) : "r"(byte_2));
        __asm__("bfi %0, %1, #24, #8" : "+r"(result) : "r"(byte_3));
        mcuprof_store_word((int8_t*)output, result);
        input += 4;
        output += 4;
    }
    for (; left > 0; --left)
        *output++ = table[*input++];
}
