// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/quantity.h"
#include "mcu_models/core_model.h"
#include "mcu_models/register_model.h"

#include <cstdint>
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

/// One bank of memory as the core sees it.
struct Region {
    std::string name; // "flash", "SRAM1": unique in the chip
    RegionKind kind = RegionKind::sram;
    std::uint32_t start = 0;
    std::uint32_t size = 0;
    std::optional<std::uint32_t> alias; // the same memory at a second address
    bool executable = true;
    std::uint32_t load_chain_wait = 0; // extra cycles of the first load of a chain ("slow bank")
    std::uint32_t read_wait = 0,
                  write_wait = 0; // of an access that no cache serves, beside flash wait states
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

/// Flash wait states up to a clock, one voltage range.
struct WaitStates {
    base::Hertz up_to;
    std::uint32_t wait_states = 0;
};

/// What the linker may use for what, in order of preference: names of regions. An entry may join
/// neighbors with '+' ("DTCM+SRAM1"): ChipModel::range_of says which addresses it means.
struct Placement {
    std::string code, weights; // one region each
    std::vector<std::string> arena,
        stack; // the first with enough room; `stack` also holds .data and .bss
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
    std::string clock_source;
    Grade clock_grade = Grade::estimate;
    std::vector<WaitStates> flash_wait_states; // rising; empty: none at any clock
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

    /// Of flash at `clock`.
    std::uint32_t wait_states() const;
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

/// The chip of this name, or of this path if it ends in .toml, at `clock` (0: its default).
/// InputError: unknown (with suggestions), wrong file (file:line), clock above the maximum.
ChipModel load_chip(std::string_view name, base::Hertz clock = {});
ChipModel parse_chip(std::string_view text, const std::string& where, base::Hertz clock = {});
std::vector<std::string> chip_names();

} // namespace mcu
