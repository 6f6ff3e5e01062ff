// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/core_registers.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace sim {
namespace {

// What a core says of itself: cortex-m3 r2p1 (DDI0337I), cortex-m4 r0p1 (DDI0439D), cortex-m7 r1p2
// (DDI0489F), cortex-m33 r0p3 (100230), cortex-m0plus r0p1 (DDI0484C), each in its table of system
// control registers. Armv6-M has no ID_* registers. MVFR*: single precision. Software only looks at
// them; nothing here depends on them.
struct Identification {
    std::string_view core;
    std::uint32_t cpuid;
    std::array<std::uint32_t, 16> features; // 0xE000ED40 on: PFR0-1, DFR0, AFR0, MMFR0-3, ISAR0-5
    std::array<std::uint32_t, 3> floating_point; // MVFR0-2
    std::uint32_t cache_type;                    // CTR
};
constexpr Identification identifications[] = {
    {"cortex-m0plus", 0x410cc601, {}, {}, 0},
    {"cortex-m3", 0x412fc231,
        {0x00000030, 0x00000200, 0x00100000, 0, 0x00100030, 0, 0x01000000, 0, 0x01100110,
            0x02111000, 0x21112231, 0x01111110, 0x01310132},
        {}, 0},
    {"cortex-m4", 0x410fc241,
        {0x00000030, 0x00000200, 0x00100000, 0, 0x00100030, 0, 0x01000000, 0, 0x01101110,
            0x02112000, 0x21232231, 0x01111131, 0x01310132},
        {0x10110021, 0x11000011, 0}, 0},
    {"cortex-m7", 0x411fc272,
        {0x00000030, 0x00000200, 0x00100000, 0, 0x00100030, 0, 0x01000000, 0, 0x01101110,
            0x02112000, 0x20232231, 0x01111131, 0x01310132},
        {0x10110021, 0x11000011, 0x00000040}, 0x8303c003},
    {"cortex-m33", 0x410fd213,
        {0x00000030, 0x00000210, 0x00200000, 0, 0x00101f40, 0, 0x01000000, 0, 0x01101110,
            0x02212000, 0x20232232, 0x01111131, 0x01310132},
        {0x10110021, 0x11000011, 0x00000040}, 0x8000c000},
};
constexpr std::uint32_t cpuid = 0xe000ed00, first_feature = 0xe000ed40,
                        first_floating_point = 0xe000ef40;
constexpr std::uint32_t cache_level = 0xe000ed78, cache_type = 0xe000ed7c,
                        cache_size_id = 0xe000ed80, cache_size_selection = 0xe000ed84;

// Registers that software sets and others look at.
enum class Needs : unsigned char { nothing, floating_point };
struct PlainRegister {
    std::string_view name;
    std::uint32_t address, reset, writable;
    unsigned char architectures;
    Needs needs = Needs::nothing;
};
constexpr PlainRegister plain_registers[] = {
    {"AFSR", 0xe000ed3c, 0, ~0u, from_v7m}, // Armv7-M ARM, B3.2 for those down to FPDSCR
    {"CPACR", 0xe000ed88, 0, 0x00f00000, from_v7m, Needs::floating_point}, // CP10, CP11
    {"CPACR", 0xe000ed88, 0, 0, all_architectures},
    {"FPCCR", 0xe000ef34, 0xc0000000, 0xc000017b, only_v7m, Needs::floating_point},
    {"FPCCR", 0xe000ef34, 0xc0000004, 0xfc0007ff, only_v8m,
        Needs::floating_point}, // Armv8-M ARM, D1.2
    {"FPCCR", 0xe000ef34, 0, 0, all_architectures},
    {"FPCAR", 0xe000ef38, 0, ~7u, from_v7m, Needs::floating_point},
    {"FPCAR", 0xe000ef38, 0, 0, all_architectures},
    {"FPDSCR", 0xe000ef3c, 0, 0x07c00000, from_v7m, Needs::floating_point},
    {"FPDSCR", 0xe000ef3c, 0, 0, all_architectures},
    {"DHCSR", 0xe000edf0, 0, 0, all_architectures}, // C1.6.2: none is attached
    {"DCRSR", 0xe000edf4, 0, 0, all_architectures},
    {"DCRDR", 0xe000edf8, 0, ~0u, all_architectures},
    {"DEMCR", 0xe000edfc, 0, 0x010f07f1, from_v7m}, // C1.6.5
    {"DEMCR", 0xe000edfc, 0, 0x01000401, only_v6m}, // Armv6-M ARM, C1.6
};

// Cache maintenance: accepted, does nothing, reads zero (Armv7-M ARM, B2.2.7).
constexpr std::uint32_t first_maintenance = 0xe000ef50, last_maintenance = 0xe000ef78;

// Geometry of the Cortex-M7's caches (DDI0489F, 5.1): 32-byte lines, two ways of code, four of
// data.
constexpr std::uint32_t line_bytes = 32, instruction_ways = 2, data_ways = 4;

/// CCSIDR (Armv7-M ARM, B4.8.3): write-back, write-allocate and read-allocate as the M7 gives them.
std::uint32_t cache_size_of(std::uint32_t bytes, std::uint32_t ways)
{
    if (bytes == 0)
        return 0;
    std::uint32_t sets = bytes / line_bytes / ways;
    return 0xf0000000 | (sets - 1) << 13 | (ways - 1) << 3 | 1;
}

} // namespace

CoreRegisters::CoreRegisters(const mcu::CoreModel& core, Caches caches)
    : caches_(caches)
{
    Architecture architecture = architecture_of(core);
    auto id = std::ranges::find(identifications, core.name, &Identification::core);
    if (id != std::end(identifications)) {
        registers_[cpuid] = {.value = id->cpuid, .writable = 0};
        for (std::uint32_t i = 0; i < id->features.size(); ++i)
            registers_[first_feature + 4 * i] = {.value = id->features[i], .writable = 0};
        for (std::uint32_t i = 0; i < id->floating_point.size(); ++i)
            registers_[first_floating_point + 4 * i]
                = {.value = core.has_fpu ? id->floating_point[i] : 0, .writable = 0};
        registers_[cache_type] = {.value = id->cache_type, .writable = 0};
    }
    bool any_cache = caches.instruction_bytes + caches.data_bytes > 0;
    std::uint32_t kinds = (caches.instruction_bytes > 0) | (caches.data_bytes > 0) << 1;
    registers_[cache_level] = {.value = any_cache ? 0x09000000 | kinds : 0, .writable = 0};
    registers_[cache_size_id] = {.value = 0, .writable = 0};
    registers_[cache_size_selection] = {.value = 0, .writable = any_cache ? 1u : 0};
    for (std::uint32_t address = first_maintenance; address <= last_maintenance; address += 4)
        registers_[address] = {.value = 0, .writable = 0};

    // The first row that fits counts.
    for (const PlainRegister& row : plain_registers)
        if (contains(row.architectures, architecture)
            && (row.needs == Needs::nothing || core.has_fpu))
            registers_.try_emplace(
                row.address, Register {.value = row.reset, .writable = row.writable});
}

/// CCSIDR shows the cache that CSSELR selects: level 1, instruction if bit 0 is set.
std::uint32_t CoreRegisters::cache_size() const
{
    return bits(read(cache_size_selection), 0)
        ? cache_size_of(caches_.instruction_bytes, instruction_ways)
        : cache_size_of(caches_.data_bytes, data_ways);
}

std::uint32_t CoreRegisters::read(std::uint32_t address) const
{
    if (address == cache_size_id)
        return cache_size();
    auto found = registers_.find(address);
    return found == registers_.end() ? 0 : found->second.value;
}

void CoreRegisters::write(std::uint32_t address, RegisterWrite write)
{
    Register& target = registers_[address];
    target.value = write.over(target.value, target.writable);
}

void CoreRegisters::set(std::uint32_t address, std::uint32_t value)
{
    registers_[address].value = value;
}

} // namespace sim
