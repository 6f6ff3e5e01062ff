// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/check.h"

#include <bit>
#include <cstdint>

namespace sim {

/// Memory cut into pieces of a power of two of bytes: lines, sectors. A shift where a division would take longer than
/// all else that a look into a cache does.
class Granule {
public:
    explicit Granule(std::uint32_t bytes)
        : shift_(static_cast<unsigned>(std::countr_zero(bytes)))
    {
        CHECK(std::has_single_bit(bytes)); // the rules of chip files see to it
    }

    std::uint32_t bytes() const { return 1u << shift_; }
    /// Which piece an address lies in.
    std::uint32_t number_of(std::uint32_t address) const { return address >> shift_; }
    std::uint32_t offset_of(std::uint32_t address) const { return address & (bytes() - 1); }
    std::uint32_t start_of(std::uint32_t number) const { return number << shift_; }

private:
    unsigned shift_;
};

} // namespace sim
