// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/elf_image.h"

#include <cstdint>
#include <limits>
#include <optional>

namespace record {

/// How far a C library's heap grew: told each call of the function that moves the end of the heap
/// (sbrk) and what it returned.
///
/// Left out: heaps inside of an array, as those of an RTOS: they are static data.
class HeapWatch {
public:
    struct Function {
        std::uint32_t address = 0; // its first
        unsigned argument = 0;     // the register that holds the increment at its call
    };
    /// newlib's or picolibc's, by name; of several the one that the others call.
    static std::optional<Function> function_of(const sim::ElfImage& image);

    void entered(std::uint32_t increment) { increment_ = static_cast<std::int32_t>(increment); }
    /// `old_end`: where the heap ended before; -1: there is no memory.
    void left(std::uint32_t old_end);
    /// Between the first end and the furthest.
    std::uint64_t bytes() const { return furthest_ > first_ ? furthest_ - first_ : 0; }

private:
    std::optional<std::int64_t> increment_; // of the call at hand
    std::uint64_t first_ = std::numeric_limits<std::uint64_t>::max(), furthest_ = 0;
};

} // namespace record
