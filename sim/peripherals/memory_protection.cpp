// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/memory_protection.h"

namespace sim {
namespace {

// Armv7-M ARM, table B3-11; MAIR: Armv8-M ARM, D1.2.
constexpr std::uint32_t type = 0xe000ed90, control = 0xe000ed94, number = 0xe000ed98,
                        first_base = 0xe000ed9c, last_attributes = 0xe000edb8,
                        attribute_set_0 = 0xe000edc0, attribute_set_1 = 0xe000edc4;
constexpr std::uint32_t region_valid = 1u << 4; // RBAR.VALID: its low bits name the region

bool is_base(std::uint32_t address) { return (address - first_base) % 8 == 0; }

} // namespace

MemoryProtection::MemoryProtection(Architecture architecture, unsigned regions)
    : architecture_(architecture)
    , regions_(regions)
{
}

/// RBAR, RASR or RLAR; Armv6-M has no aliases of them.
bool MemoryProtection::is_region_register(std::uint32_t address) const
{
    return address >= first_base
        && address <= (architecture_ == Architecture::v6m ? first_base + 4 : last_attributes);
}

/// RBAR and its aliases: before Armv8-M all of them the region of RNR, then the four with its upper
/// bits.
std::size_t MemoryProtection::region_at(std::uint32_t address) const
{
    std::size_t alias = (address - first_base) / 8;
    return architecture_ == Architecture::v8m && alias > 0 ? (region_number_ & ~3u) + alias
                                                           : region_number_;
}

std::uint32_t MemoryProtection::base_of(std::size_t region) const
{
    if (architecture_ == Architecture::v8m)
        return regions_[region].base;
    return (regions_[region].base & ~0x1fu) | (static_cast<std::uint32_t>(region) & 0xf);
}

/// Before Armv8-M a base may name its region itself, and RNR follows.
void MemoryProtection::write_base(std::uint32_t address, RegisterWrite write)
{
    if (architecture_ != Architecture::v8m && write.value & region_valid)
        region_number_ = bits(write.value, 0, 4);
    if (std::size_t region = region_at(address); region < regions_.size())
        regions_[region].base = write.over(regions_[region].base);
}

std::uint32_t MemoryProtection::read(std::uint32_t address) const
{
    switch (address) {
    case type:
        return static_cast<std::uint32_t>(regions_.size()) << 8;
    case control:
        return control_;
    case number:
        return region_number_;
    case attribute_set_0:
    case attribute_set_1:
        return attribute_sets_[(address - attribute_set_0) / 4];
    default:
        break;
    }
    if (!is_region_register(address) || region_at(address) >= regions_.size())
        return 0;
    return is_base(address) ? base_of(region_at(address)) : regions_[region_at(address)].attributes;
}

void MemoryProtection::write(std::uint32_t address, RegisterWrite write)
{
    if (regions_.empty())
        return;
    switch (address) {
    case type:
        return;
    case control: {
        bool was_enabled = enabled();
        control_ = write.over(control_, 7);
        enabled_count_ += enabled() && !was_enabled;
        return;
    }
    case number:
        region_number_ = write.over(region_number_, 0xff);
        return;
    case attribute_set_0:
    case attribute_set_1:
        if (architecture_ == Architecture::v8m) {
            std::uint32_t& set = attribute_sets_[(address - attribute_set_0) / 4];
            set = write.over(set);
        }
        return;
    default:
        break;
    }
    if (!is_region_register(address))
        return;
    if (is_base(address))
        return write_base(address, write);
    if (std::size_t region = region_at(address); region < regions_.size())
        regions_[region].attributes = write.over(regions_[region].attributes);
}

} // namespace sim
