// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

/// Bytes to be in memory before the first instruction, at the address where a programmer would flash them.
struct Segment {
    std::uint32_t address = 0;
    std::vector<std::uint8_t> bytes;
};

/// A function by its symbol. Functions do not overlap; gaps belong to nobody.
struct FunctionSymbol {
    std::string name; // demangled
    std::uint32_t address = 0; // without the Thumb bit
    std::uint32_t size = 0;
};

struct SourceLine {
    std::string file; // as the compiler noted it
    int line = 0;
};

/// An Arm ELF executable as the simulator needs it: what to load, where it starts, what its addresses mean.
///
/// Left out: relocations (executables only), Armv8.1-M attributes. Debug information may be missing or broken: then
/// there are no source lines.
class ElfImage {
public:
    /// InputError (`where` first) unless the bytes are a 32-bit little-endian Arm executable with something to load.
    ElfImage(std::span<const std::uint8_t> bytes, const std::string& where);
    ~ElfImage();
    ElfImage(const ElfImage&) = delete;
    ElfImage& operator=(const ElfImage&) = delete;

    const std::vector<Segment>& segments() const { return segments_; }
    /// Of the program header; 0 if it has none.
    std::uint32_t entry_point() const { return entry_point_; }
    /// Rising addresses.
    const std::vector<FunctionSymbol>& functions() const { return functions_; }
    const FunctionSymbol* function_at(std::uint32_t address) const;
    const FunctionSymbol* find_function(std::string_view name) const;
    std::optional<std::uint32_t> symbol_address(std::string_view name) const;
    std::optional<SourceLine> line_at(std::uint32_t address) const;
    /// The loaded byte range that holds code at `address`, for disassembly; empty if none does.
    std::span<const std::uint8_t> bytes_at(std::uint32_t address, std::uint32_t size) const;

private:
    struct Handles;
    struct NamedAddress {
        std::string name;
        std::uint32_t address = 0;
    };
    void read_segments(const std::string& where);
    void read_symbols();

    std::vector<std::uint8_t> bytes_;
    std::unique_ptr<Handles> handles_;
    std::vector<Segment> segments_;
    std::vector<FunctionSymbol> functions_;
    std::vector<NamedAddress> symbols_; // sorted by name
    std::uint32_t entry_point_ = 0;
};

} // namespace sim
