// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

namespace sim {

/// A store as the word it hits sees it: a byte or halfword sits on its own lanes, the others are
/// not written. So a byte stored beside a write-one-to-clear bit does not clear that.
struct RegisterWrite {
    std::uint32_t value = 0; // on its lanes; zero elsewhere
    std::uint32_t lanes = ~0u;

    static RegisterWrite at(std::uint32_t address, std::uint32_t value, unsigned bytes)
    {
        unsigned shift = 8 * (address & 3);
        std::uint32_t lanes = (bytes >= 4 ? ~0u : (1u << (8 * bytes)) - 1) << shift;
        return {.value = value << shift & lanes, .lanes = lanes};
    }
    /// What the register holds afterwards if only the bits of `writable` can change.
    std::uint32_t over(std::uint32_t old, std::uint32_t writable = ~0u) const
    {
        std::uint32_t changed = lanes & writable;
        return (old & ~changed) | (value & changed);
    }
};

/// `width` bits of `value` from bit `first` on.
constexpr std::uint32_t bits(std::uint32_t value, unsigned first, unsigned width = 1)
{
    return value >> first & ((1u << width) - 1);
}

} // namespace sim
