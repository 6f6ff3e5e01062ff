// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firmware {

struct ElfSymbol {
    std::string name;
    std::uint32_t address = 0; // without the Thumb bit
    std::uint32_t size = 0;
    bool operator==(const ElfSymbol&) const = default;
};

struct ElfSection {
    std::string name;
    std::uint32_t address = 0, size = 0;
    bool in_memory = false; // takes room on the chip (SHF_ALLOC)
    bool in_file = false;   // has bytes in the file (not NOBITS)
    bool writable = false, executable = false;
    std::uint32_t load_address = 0; // where flash holds it; `address` if it is not moved at start
    bool operator==(const ElfSection&) const = default;
};

/// Sections and symbols of a 32-bit little-endian Arm executable: where our own linker put things.
/// What the simulator runs is read by sim/; no relocations, no debug information here.
class ElfFile {
public:
    /// InputError (`where` first) if the bytes are not such a file.
    ElfFile(std::span<const std::uint8_t> bytes, const std::string& where);

    const std::vector<ElfSection>& sections() const { return sections_; }
    const std::vector<ElfSymbol>& symbols() const { return symbols_; }
    std::optional<ElfSymbol> find_symbol(std::string_view name) const;
    const ElfSection* find_section(std::string_view name) const;

private:
    std::vector<ElfSection> sections_;
    std::vector<ElfSymbol> symbols_;
};

} // namespace firmware
