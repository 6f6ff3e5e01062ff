// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/elf_image.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace properties {

/// A loop of random instructions; one turn is straight-line code.
struct Loop {
    int turns = 1;
    std::vector<int> phrases; // indices into the vocabulary
};

/// How many phrases there are: a few instructions each, which leave pointers pointing into memory,
/// whatever comes before and after. Among them are loads and stores of all kinds, spilled pointers,
/// accesses under IT, branches over others, calls, reads of flash and of a slow bank.
int vocabulary_size();

/// The loops as a program for the chips of sim_tests::chip_of, which ends with exit code 0.
/// `padding`: bytes (a multiple of 4) between the vectors and the code.
std::unique_ptr<sim::ElfImage> program_of(
    const std::vector<Loop>& loops, std::uint32_t padding = 0);

} // namespace properties
