// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

/// A function by its symbol. Functions do not overlap; gaps belong to nobody.
struct FunctionSymbol {
    std::string name;          // demangled
    std::uint32_t address = 0; // without the Thumb bit
    std::uint32_t size = 0;
};

/// A named address of a symbol table, before it is known what it is worth.
struct RawSymbol {
    enum class Kind : std::uint8_t {
        function,
        label,
        object
    };                         // label: assembly that did not say what it names
    std::string name;          // as the file has it
    std::uint32_t address = 0; // without the Thumb bit, if it is code
    std::uint32_t size = 0;    // 0: not said
    Kind kind = Kind::function;
    bool global = false, weak = false;
};

/// [start, end) that holds code: a section or, where there are none, a segment.
struct CodeRange {
    std::uint32_t start = 0, end = 0;
};

/// The functions that a symbol table names, by rising address:
///  - of several names for one address the global goes first, then the weak, then the local; among
///  those the plainest;
///  - a function without a size reaches to the next symbol or to the end of its section, whichever
///  comes first;
///  - where one begins inside another, the other ends there, and what it had behind it belongs to
///  the inner one (assembly
///    with several entry points);
///  - a global label in code that no function covers is one (assembly without .type).
std::vector<FunctionSymbol> functions_of(
    std::vector<RawSymbol> symbols, std::span<const CodeRange> code);

/// The same with functions at `entries`, addresses that were called but have no symbol, named after
/// them
/// ("function_0x08000124"); each reaches to the next function or the end of its code.
std::vector<FunctionSymbol> with_entries(std::vector<FunctionSymbol> functions,
    std::vector<std::uint32_t> entries, std::span<const CodeRange> code);

/// The function that holds the address; null if none does. `functions`: rising, not overlapping.
const FunctionSymbol* find_function_at(
    std::span<const FunctionSymbol> functions, std::uint32_t address);

/// "_ZN3net5layerEi" as "net::layer(int)"; other names as they are.
std::string demangled(const std::string& name);

} // namespace sim
