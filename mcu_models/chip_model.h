// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/quantity.h"
#include "mcu_models/core_model.h"
#include "mcu_models/register_model.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcu {

enum class RegionKind { flash, sram, tcm, peripheral, external };

/// A cache, accelerator or line buffer in front of a region. ways == lines: fully associative. LRU.
/// Within a chip a name is one cache: regions and ports (code, data) that name the same one share
/// its lines.
struct Cache {
    std::string name;                                  // "ART-I"
    std::uint32_t line_bytes = 0, lines = 0, ways = 0; // lines 0: none
    std::uint32_t fill_bytes
        = 0; // bytes one miss fetches (STM32L4: 8 of a 32-byte line); line_bytes if all
    std::string source;
    Grade grade = Grade::estimate;

    bool present() const { return lines > 0; }
};

/// Wait states up to a clock: a step of a table.
struct WaitStates {
    base::Hertz up_to;
    std::uint32_t wait_states = 0;

    bool operator==(const WaitStates&) const = default;
};

/// Flash wait states at one supply or core voltage. Where its steps end is the highest clock there.
struct SupplyRange {
    std::string name; // "range 1", "2.7 to 3.6 V"; empty if the chip has only one
    std::vector<WaitStates> steps;
    std::string source;
    Grade grade = Grade::estimate;
};

/// One bank of memory as the core sees it.
struct Region {
    std::string name; // "flash", "SRAM1": unique in the chip
    RegionKind kind = RegionKind::sram;
    std::uint32_t start = 0;
    std::uint32_t size = 0;
    std::optional<std::uint32_t> alias; // the same memory at a second address
    std::string
        mirror_of; // the region whose memory this is, seen through another port; empty: its own
    bool executable = true;
    bool writable = true;              // by an ordinary store: no flash is
    std::uint32_t load_chain_wait = 0; // extra cycles of the first load of a chain ("slow bank")
    std::uint32_t read_wait = 0,
                  write_wait = 0; // of an access that no cache serves, beside wait states
    std::uint32_t fetch_wait = 0; // of a fetch that is not the next line, beside read_wait
    bool in_bus_cycles
        = false; // these waits are cycles of the bus, which may be slower than the core
    std::vector<WaitStates> wait_states; // of its own, by clock (SRAM of the EFR32); empty: none
    Cache instruction_cache, data_cache; // before this region
    bool prefetch = false;               // next line of code is read ahead
    std::uint32_t fetch_line_bytes
        = 0;            // what one read of the memory delivers; 0: no wait states ever
    std::string source; // of the addresses
    Grade grade = Grade::estimate;
    std::string timing_source; // of waits, prefetch and line; empty if none of them is set
    Grade timing_grade = Grade::estimate;

    /// At `start` or at the alias.
    bool contains(std::uint32_t address) const;
};

struct AddressRange {
    std::uint32_t start = 0;
    std::uint32_t size = 0;

    bool operator==(const AddressRange&) const = default;
};

/// What the linker may use for what, in order of preference: names of regions. An entry may join
/// neighbors with '+' ("DTCM+SRAM1"): ChipModel::range_of says which addresses it means.
struct Placement {
    std::string code, weights; // one region each
    std::vector<std::string> arena,
        stack; // the first with enough room; `stack` also holds .data and .bss, unless `data` does
    std::vector<std::string> data; // .data and .bss; empty: where the stack is
    std::string boot; // vectors, start-up, initial values of what is copied: `code`, unless a
                      // request moved it
    std::string
        request; // "weights=DTCM": what apply_placement() was asked for; empty: the chip's own
};

struct PowerModel; // power_model.h

/// What the board feeds the chip with.
struct PowerSupply {
    std::string regulator; // "LDO", "SMPS": the chip's own, in use; empty: nobody knows its power
    double volts = 0;      // at the supply pin
};

/// Everything we know about one microcontroller; valid once it exists. From mcu_models/chips/*.toml
/// (docs/adding-a-chip.md). Every number has its source: `sources()` lists them.
struct ChipModel {
    std::string name;  // "stm32l4r5"
    std::string title; // "STM32L4R5"
    CoreModel core;
    base::Hertz clock;         // the one asked for, at most maximum_clock
    base::Hertz default_clock; // what its makers' software sets; often the maximum
    base::Hertz maximum_clock;
    base::Hertz
        bus_maximum; // of the fabric that memories hang on; the core's clock is divided for it
    std::string clock_source;
    Grade clock_grade = Grade::estimate;
    std::vector<SupplyRange>
        supplies;       // the first is the usual one; empty: no wait states at any clock
    std::string supply; // the one in use
    std::vector<WaitStates> flash_wait_states; // at `supply`: rising, by bus clock
    std::string wait_states_source;
    Grade wait_states_grade = Grade::estimate;
    std::vector<Region> regions;
    Placement placement;
    std::vector<PeripheralModel> peripherals; // with registers that do more than read back
    std::vector<RegisterWindow> register_windows;
    std::string bit_band_source; // bits of peripherals and SRAM as words; empty: the chip has none
    Grade bit_band_grade = Grade::estimate;
    std::string accelerator; // "ART": what a report calls the caches before flash; empty if none
    double error_low = 0,
           error_high = 0; // expected relative error of cycles with this memory system
    std::string error_source;
    std::shared_ptr<const PowerModel> power; // none: nobody knows what it draws
    PowerSupply power_supply;

    /// Core cycles in one cycle of the bus: the smallest power of two that the bus is fast enough
    /// for.
    std::uint32_t bus_divider() const;
    /// Of flash at `clock`, in bus cycles.
    std::uint32_t wait_states() const;
    /// Core cycles that an access of the region waits when no cache serves it: wait states and
    /// waits of the region.
    struct Waits {
        std::uint32_t read = 0, write = 0, fetch = 0;
        bool operator==(const Waits&) const = default;
    };
    Waits waits_of(const Region& region) const;
    const Region* find_region(std::string_view region) const;
    const Region* region_at(std::uint32_t address) const;
    /// The addresses of a placement entry: those of a region, or of several joined by '+', each
    /// beginning (at its start or its alias) where the one before ends. Asking for anything else is
    /// a bug: the loader has checked.
    AddressRange range_of(std::string_view placement_entry) const;
};

/// A line of provenance, as `mcuprof chips NAME --sources` prints it.
struct SourceLine {
    std::string figure, value, source;
    Grade grade = Grade::estimate;
    bool timing = true; // false: decides what firmware does, no figure rests on it
};
std::vector<SourceLine> sources(const ChipModel& chip);

/// The chip of this name, or of this path if it ends in .toml, at `clock` (0: its default) and at a
/// supply range of its file (empty: the first; a slower one bounds the default clock too). `supply`
/// may also name a regulator and a voltage: "range 2, SMPS, 1.8 V".
/// InputError: unknown (with suggestions), wrong file (file:line), clock above the maximum, no such
/// range.
ChipModel load_chip(std::string_view name, base::Hertz clock = {}, std::string_view supply = {});
ChipModel parse_chip(std::string_view text, const std::string& where, base::Hertz clock = {},
    std::string_view supply = {});
std::vector<std::string> chip_names();

} // namespace mcu
