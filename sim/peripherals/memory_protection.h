// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/peripherals/architecture.h"
#include "sim/peripherals/register_write.h"

#include <array>
#include <cstdint>
#include <vector>

namespace sim {

/// The registers of the MPU (Armv7-M ARM DDI0403E, B3.5; Armv6-M ARM DDI0419, B3.5; Armv8-M ARM
/// DDI0553, B9 and D1.2). They keep what is written, region by region.
///
/// Not modeled: protection. No access ever faults because of it, and no attribute changes timing;
/// `enabled_count` says how often software relied on it.
class MemoryProtection {
public:
    MemoryProtection(Architecture architecture, unsigned regions);

    /// 0xE000ED90 to 0xE000EDC7.
    static bool holds(std::uint32_t address)
    {
        return address >= 0xe000ed90 && address < 0xe000edc8;
    }
    std::uint32_t read(std::uint32_t address) const;
    void write(std::uint32_t address, RegisterWrite write);

    bool enabled() const { return bits(control_, 0); }
    /// How often MPU_CTRL.ENABLE went from 0 to 1.
    std::uint64_t enabled_count() const { return enabled_count_; }

private:
    struct Region {
        std::uint32_t base = 0, attributes = 0; // RBAR; RASR or RLAR
    };
    std::size_t region_at(std::uint32_t address) const;
    std::uint32_t base_of(std::size_t region) const;
    bool is_region_register(std::uint32_t address) const;
    void write_base(std::uint32_t address, RegisterWrite write);

    Architecture architecture_;
    std::vector<Region> regions_;
    std::uint32_t control_ = 0, region_number_ = 0;
    std::array<std::uint32_t, 2> attribute_sets_ {}; // MAIR0, MAIR1
    std::uint64_t enabled_count_ = 0;
};

} // namespace sim
