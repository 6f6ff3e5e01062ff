// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "sim/elf_image.h"

#include <cstdint>
#include <optional>

namespace sim {

/// How the linker divided a chip's memory: what is taken before the program runs, and where heap
/// and stack may grow.
///
/// The bounds come from symbols, which every linker script names its own way (memory_layout.cpp has
/// the list); one that no known symbol tells, or that lies outside the chip's memories, is missing.
/// Left out: heaps and stacks that a program makes for itself (tasks, arrays).
struct MemoryLayout {
    std::uint64_t static_sram = 0; // bytes: initialized data, zeroed data, code that runs from
                                   // SRAM; no reserved heap or stack
    std::uint64_t flash_code = 0,
                  flash_constants
        = 0; // bytes; constants: everything that is not code, .data's first values too
    std::uint64_t reserved = 0; // bytes of sections that only keep room for heap and stack
    std::optional<std::uint32_t> heap_start,
        heap_limit; // the heap grows up from the first, at most to the second
    std::optional<std::uint32_t> stack_limit,
        stack_top; // the main stack grows down from the second, at most to the first

    bool stack_limit_is_reservation
        = false; // only so much was reserved at least; a deeper stack harms nobody as such

    bool operator==(const MemoryLayout&) const = default;
};

MemoryLayout layout_of(const ElfImage& image, const mcu::ChipModel& chip);

/// The lowest address that a stack which begins at `top` may reach: the linker's limit of the main stack, else where the
/// data below ends. 0: unknown. A stack that lies within a section, a task's, is only held to that section.
std::uint32_t lowest_stack_address(const ElfImage& image, const MemoryLayout& layout, std::uint32_t top);

/// Does the section only keep room for heap or stack, as `._user_heap_stack` does?
bool is_reservation(const Section& section);

} // namespace sim
