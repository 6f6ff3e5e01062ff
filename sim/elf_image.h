// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/arm_attributes.h"
#include "sim/debug_info.h"
#include "sim/function_table.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

/// Bytes to be in memory before the first instruction, at the address where a programmer would
/// flash them (p_paddr).
struct Segment {
    std::uint32_t address = 0;
    std::vector<std::uint8_t> bytes;
    std::uint32_t run_address
        = 0; // where the program means them to be (p_vaddr): start-up code copies .data there
};

/// What takes room in memory, by name. A file without section headers has one a segment, "segment
/// 2".
struct Section {
    std::string name;
    std::uint32_t address = 0, size = 0; // where the program uses it
    std::uint32_t load_address
        = 0; // where its bytes are flashed; `address` unless start-up code moves them
    bool in_file
        = false; // has bytes to load; else start-up code clears or leaves it (.bss, .noinit, stack)
    bool writable = false, executable = false;
};

/// An Arm ELF executable as the simulator needs it: what to load, where it starts, what its
/// addresses mean.
///
/// Left out: relocations (executables only), thread-local storage. Debug information may be missing
/// or broken: then there are no source lines, or not all, and `damage` says so. It is read when it
/// is first asked for.
class ElfImage {
public:
    /// InputError (`where` first) unless the bytes are a whole 32-bit little-endian Arm executable
    /// with something to load, for a Cortex-M that we know, and no two segments load the same
    /// address.
    ElfImage(std::span<const std::uint8_t> bytes, const std::string& where);
    ~ElfImage();
    ElfImage(const ElfImage&) = delete;
    ElfImage& operator=(const ElfImage&) = delete;

    const std::vector<Segment>& segments() const { return segments_; }
    /// By rising address.
    const std::vector<Section>& sections() const { return sections_; }
    /// Names of the sections that a segment loads: ".text, .rodata"; for messages.
    std::string sections_in(const Segment& segment) const;
    const ArmAttributes& attributes() const { return attributes_; }
    /// Of the program header; 0 if it has none.
    std::uint32_t entry_point() const { return entry_point_; }
    /// Rising addresses.
    const std::vector<FunctionSymbol>& functions() const { return functions_; }
    const FunctionSymbol* function_at(std::uint32_t address) const;
    /// Addresses that were called in a run and have no symbol become functions
    /// "function_0x08000124": all that a stripped file has. Pointers that were given out before are
    /// void.
    void add_functions(std::vector<std::uint32_t> entries);
    const FunctionSymbol* find_function(std::string_view name) const;
    /// The value of a symbol as the linker left it, the Thumb bit of functions included.
    std::optional<std::uint32_t> symbol_address(std::string_view name) const;
    std::optional<SourceLine> line_at(std::uint32_t address) const;
    /// The calls that were inlined where this instruction stands, innermost first.
    std::vector<InlinedCall> inlines_at(std::uint32_t address) const;
    /// What of the debug information could not be read; empty if all could, or there is none.
    const std::string& damage() const;
    /// The loaded bytes of [address, address + size), by where they run or where they are flashed;
    /// empty unless one segment has them all. Code that start-up moves to SRAM is found at both.
    std::span<const std::uint8_t> bytes_at(std::uint32_t address, std::uint32_t size) const;

private:
    struct Handles;
    struct NamedAddress {
        std::string name;
        std::uint32_t address = 0;
    };
    void read_segments(const std::string& where);
    void read_sections(const std::string& where);
    void read_symbols();
    const DebugInfo& debug() const;

    std::vector<std::uint8_t> bytes_;
    std::unique_ptr<Handles> handles_;
    std::vector<Segment> segments_;
    std::vector<Section> sections_;
    ArmAttributes attributes_;
    std::vector<CodeRange> code_;
    std::vector<FunctionSymbol> functions_;
    std::vector<NamedAddress> symbols_; // sorted by name
    std::uint32_t entry_point_ = 0;
    mutable std::once_flag debug_read_;
    mutable DebugInfo debug_;
};

} // namespace sim
