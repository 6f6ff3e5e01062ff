// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/function_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <tuple>

namespace sim {
namespace {

/// What a mangled name refers back to is written out each time: names with more references than
/// this may take the demangler forever, and no honest name that we met has as many.
constexpr int most_references = 60;

int references_in(std::string_view mangled)
{
    int count = 0;
    for (std::size_t i = 0; i + 1 < mangled.size(); ++i)
        count += (mangled[i] == 'S' || mangled[i] == 'T')
            && (mangled[i + 1] == '_' || (mangled[i + 1] >= '0' && mangled[i + 1] <= '9'));
    return count;
}

int binding_rank(const RawSymbol& symbol)
{
    return symbol.global && !symbol.weak ? 0 : symbol.weak ? 1 : 2;
}

/// Vendors' start-up files give the handler of every unused interrupt one address; this name says
/// so.
bool is_default_handler(std::string_view name)
{
    constexpr std::string_view names[] = {"Default_Handler", "DefaultISR", "IntDefaultHandler",
        "Default_IRQHandler", "isr_default", "__default_handler"};
    return std::ranges::find(names, name) != std::end(names);
}

/// Smaller is nicer.
auto plainness(const RawSymbol& symbol)
{
    std::string_view name = symbol.name;
    std::size_t underscores = std::min(name.find_first_not_of('_'), name.size());
    bool decorated = name.find_first_of(".$@") != name.npos; // "function.constprop.0", "thunk$x"
    return std::tuple(
        !is_default_handler(name), binding_rank(symbol), decorated, underscores, name);
}

bool is_code(const RawSymbol& symbol) { return symbol.kind != RawSymbol::Kind::object; }

const CodeRange* range_at(std::span<const CodeRange> code, std::uint32_t address)
{
    auto found = std::ranges::find_if(code,
        [&](const CodeRange& range) { return address >= range.start && address < range.end; });
    return found == code.end() ? nullptr : &*found;
}

/// One symbol an address: a function before a label before data, then the nicest; the longest size
/// of the functions there.
std::vector<RawSymbol> one_an_address(std::vector<RawSymbol> symbols)
{
    std::ranges::sort(symbols, [](const RawSymbol& a, const RawSymbol& b) {
        return std::tuple(a.address, a.kind, plainness(a), ~a.size)
            < std::tuple(b.address, b.kind, plainness(b), ~b.size);
    });
    std::vector<RawSymbol> chosen;
    for (RawSymbol& symbol : symbols) {
        if (chosen.empty() || chosen.back().address != symbol.address)
            chosen.push_back(std::move(symbol));
        else if (chosen.back().kind == symbol.kind)
            chosen.back().size = std::max(chosen.back().size, symbol.size);
    }
    return chosen;
}

} // namespace

std::string demangled(const std::string& name)
{
    // "f" is no mangled function, though it is the mangled type `float`.
    if (!name.starts_with("_Z") || references_in(name) > most_references)
        return name;
    int status = 0;
    std::unique_ptr<char, void (*)(void*)> plain(
        abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), std::free);
    return status == 0 && plain ? plain.get() : name;
}

std::vector<FunctionSymbol> functions_of(
    std::vector<RawSymbol> symbols, std::span<const CodeRange> code)
{
    std::vector<FunctionSymbol> functions;
    std::vector<RawSymbol> chosen = one_an_address(std::move(symbols));
    std::uint64_t covered = 0; // functions so far reach up to here
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        const RawSymbol& symbol = chosen[i];
        const CodeRange* range = range_at(code, symbol.address);
        if (!is_code(symbol)
            || (symbol.kind == RawSymbol::Kind::label
                && (!range || !symbol.global || symbol.address < covered)))
            continue;
        std::uint64_t end = std::uint64_t {symbol.address} + symbol.size;
        if (symbol.size == 0) {
            end = range ? range->end : std::uint64_t {symbol.address};
            for (std::size_t next = i + 1; next < chosen.size() && chosen[next].address < end;
                 ++next)
                if (chosen[next].kind != RawSymbol::Kind::label || chosen[next].global) {
                    end = chosen[next].address;
                    break;
                }
        }
        if (range)
            end = std::min(end, std::uint64_t {range->end});
        if (!functions.empty() && covered > symbol.address) {
            FunctionSymbol& outer = functions.back();
            outer.size = symbol.address - outer.address;
            end = std::max(end, covered);
        }
        covered = end = std::min(end, (std::uint64_t {1} << 32) - 1);
        functions.push_back({demangled(symbol.name), symbol.address,
            static_cast<std::uint32_t>(end - std::min<std::uint64_t>(end, symbol.address))});
    }
    return functions;
}

std::vector<FunctionSymbol> with_entries(std::vector<FunctionSymbol> functions,
    std::vector<std::uint32_t> entries, std::span<const CodeRange> code)
{
    constexpr std::uint64_t farthest
        = 64 * 1024; // where no section tells: code that was copied somewhere
    std::ranges::sort(entries);
    std::vector<FunctionSymbol> added;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        std::uint32_t entry = entries[i];
        if (find_function_at(functions, entry) || (!added.empty() && added.back().address == entry))
            continue;
        const CodeRange* range = range_at(code, entry);
        std::uint64_t end
            = range ? range->end : std::min(entry + farthest, std::uint64_t {0xffffffff});
        auto next = std::ranges::upper_bound(functions, entry, {}, &FunctionSymbol::address);
        if (next != functions.end())
            end = std::min(end, std::uint64_t {next->address});
        auto later = std::ranges::upper_bound(entries, entry);
        if (later != entries.end())
            end = std::min(end, std::uint64_t {*later});
        added.push_back({fmt::format("function_{:#010x}", entry), entry,
            static_cast<std::uint32_t>(end - entry)});
    }
    functions.insert(functions.end(), added.begin(), added.end());
    std::ranges::sort(functions, {}, &FunctionSymbol::address);
    return functions;
}

const FunctionSymbol* find_function_at(
    std::span<const FunctionSymbol> functions, std::uint32_t address)
{
    auto after = std::ranges::upper_bound(functions, address, {}, &FunctionSymbol::address);
    if (after == functions.begin())
        return nullptr;
    const FunctionSymbol& candidate = *std::prev(after);
    return address - candidate.address < std::max(candidate.size, 2u) ? &candidate : nullptr;
}

} // namespace sim
