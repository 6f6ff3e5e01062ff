// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/debug_reader.h"

#include "sim/function_table.h"

#include <dwarf.h>

#include <algorithm>
#include <cstring>
#include <tuple>

namespace sim {
namespace {

constexpr int deepest_nesting = 256; // of entries: blocks in blocks
constexpr int deepest_inlining = 64;
constexpr int longest_reference = 8; // from a call to the name of what it calls
/// Entries, rows and ranges together. The largest images that we know have some 100,000.
constexpr std::uint64_t most_steps = 4'000'000;
constexpr std::size_t longest_name = 4096;

std::optional<Dwarf_Word> number(Dwarf_Die& entry, unsigned name)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value = 0;
    if (!dwarf_attr(&entry, name, &attribute) || dwarf_formudata(&attribute, &value) != 0)
        return std::nullopt;
    return value;
}

const char* text(Dwarf_Die& entry, unsigned name)
{
    Dwarf_Attribute attribute;
    return dwarf_attr(&entry, name, &attribute) ? dwarf_formstring(&attribute) : nullptr;
}

/// Entries that may hold functions or inlined calls. Types may be huge and hold neither.
bool holds_code(int tag)
{
    switch (tag) {
    case DW_TAG_subprogram:
    case DW_TAG_inlined_subroutine:
    case DW_TAG_lexical_block:
    case DW_TAG_try_block:
    case DW_TAG_catch_block:
    case DW_TAG_namespace:
    case DW_TAG_module:
        return true;
    default:
        return false;
    }
}

} // namespace

DebugReader::DebugReader(DebugInfo& info, Dwarf* dwarf)
    : info_(info)
    , dwarf_(dwarf)
    , budget_(most_steps)
{
}

void DebugReader::note(const char* what)
{
    if (info_.damage_.empty())
        info_.damage_ = what;
}

bool DebugReader::spend(std::uint64_t steps)
{
    if (budget_ < steps) {
        budget_ = 0;
        note("there is more of it than any honest image has");
        return false;
    }
    budget_ -= steps;
    return true;
}

std::uint32_t DebugReader::text_number(const char* text)
{
    if (!text)
        return 0;
    auto [at, fresh] = numbers_.try_emplace(text, 0);
    if (!fresh)
        return at->second;
    std::string name(text, ::strnlen(text, longest_name));
    if (!spend(name.size() / 8)) // hostile names may all be the tail of one another
        return 0;
    info_.texts_.push_back(demangled(name)); // a file's name is never mangled
    return at->second = static_cast<std::uint32_t>(info_.texts_.size() - 1);
}

void DebugReader::read()
{
    Dwarf_CU* unit = nullptr;
    for (int turn = 0; spend(); turn = 1) {
        Dwarf_Die entry;
        std::uint8_t kind = 0;
        // Not asking for a unit's other half: libdw would open the file that the image names.
        int answer = dwarf_get_units(dwarf_, unit, &unit, nullptr, &kind, &entry, nullptr);
        if (answer < 0)
            note(turn == 0 ? "its first unit cannot be read" : "one of its units cannot be read");
        if (answer != 0)
            break;
        if (kind != DW_UT_compile && kind != DW_UT_partial && kind != DW_UT_skeleton)
            continue;
        read_lines(entry);
        if (kind == DW_UT_skeleton)
            note("a part of it is in another file (-gsplit-dwarf), which is not read");
        else
            read_entries(entry);
    }
    std::ranges::stable_sort(info_.rows_, [](const DebugInfo::Row& a, const DebugInfo::Row& b) {
        // Where one sequence ends another may begin: the end goes first. Of several lines for an
        // address the last holds.
        return std::tuple(a.address, a.line != 0) < std::tuple(b.address, b.line != 0);
    });
    flatten();
}

void DebugReader::read_lines(Dwarf_Die& unit)
{
    std::optional<Dwarf_Word> table = number(unit, DW_AT_stmt_list);
    if (!table || !tables_read_.insert(*table).second)
        return;
    Dwarf_Lines* lines = nullptr;
    std::size_t count = 0;
    if (dwarf_getsrclines(&unit, &lines, &count) != 0) {
        note("a table of source lines cannot be read");
        return;
    }
    if (!spend(count))
        return;
    bool begins = true, thrown_away = false;
    const char* latest_name = nullptr; // libdw hands out the same pointer again and again
    std::uint32_t latest_number = 0;
    for (std::size_t i = 0; i < count; ++i) {
        Dwarf_Line* line = dwarf_onesrcline(lines, i);
        Dwarf_Addr address = 0;
        int row = 0;
        bool ends = false;
        if (!line || dwarf_lineaddr(line, &address) != 0 || dwarf_lineno(line, &row) != 0
            || dwarf_lineendsequence(line, &ends) != 0)
            continue;
        if (begins)
            thrown_away = address == 0;
        begins = ends;
        if (thrown_away || address > 0xffffffff)
            continue;
        const char* name = ends ? nullptr : dwarf_linesrc(line, nullptr, nullptr);
        if (name != latest_name) {
            latest_name = name;
            latest_number = text_number(name);
        }
        info_.rows_.push_back(
            {static_cast<std::uint32_t>(address), latest_number, ends ? 0 : std::max(row, 0)});
    }
}

void DebugReader::read_entries(Dwarf_Die& unit)
{
    Dwarf_Die child;
    int answer = dwarf_child(&unit, &child);
    if (answer < 0)
        note("an entry cannot be read");
    if (answer == 0)
        walk(child, 0, -1, 0);
}

/// The entry and its siblings.
void DebugReader::walk(Dwarf_Die& first, int nesting, std::int32_t outer, int inlined)
{
    if (nesting > deepest_nesting) {
        note("its entries are nested too deeply");
        return;
    }
    Dwarf_Die entry = first;
    for (;;) {
        if (!spend())
            return;
        int tag = dwarf_tag(&entry);
        if (tag == DW_TAG_invalid) {
            note("an entry cannot be read");
            return;
        }
        if (holds_code(tag)) {
            std::int32_t call = outer;
            int depth = inlined;
            if (tag == DW_TAG_subprogram)
                call = -1, depth = 0;
            if (tag == DW_TAG_inlined_subroutine && depth < deepest_inlining) {
                call = add_call(entry, outer);
                add_places(entry, call, ++depth);
            }
            Dwarf_Die child;
            if (dwarf_haschildren(&entry) == 1 && dwarf_child(&entry, &child) == 0)
                walk(child, nesting + 1, call, depth);
        }
        Dwarf_Die next;
        int answer = dwarf_siblingof(&entry, &next);
        if (answer < 0)
            note("an entry cannot be read");
        if (answer != 0)
            return;
        entry = next;
    }
}

std::uint32_t DebugReader::name_of(Dwarf_Die entry)
{
    // A call refers to what it calls, that perhaps to its declaration: the names are there.
    for (int step = 0; step < longest_reference; ++step) {
        for (unsigned name : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name, DW_AT_name})
            if (const char* found = text(entry, name))
                return text_number(found);
        Dwarf_Attribute attribute;
        Dwarf_Die origin;
        if (!dwarf_attr(&entry, DW_AT_abstract_origin, &attribute)
            && !dwarf_attr(&entry, DW_AT_specification, &attribute))
            return 0;
        if (!dwarf_formref_die(&attribute, &origin))
            break;
        entry = origin;
    }
    note("the name of an inlined function leads nowhere");
    return 0;
}

std::int32_t DebugReader::add_call(Dwarf_Die& entry, std::int32_t outer)
{
    DebugInfo::Call call {.function = name_of(entry), .file = 0, .line = 0, .outer = outer};
    if (std::optional<Dwarf_Word> line = number(entry, DW_AT_call_line); line && *line < 10'000'000)
        call.line = static_cast<int>(*line);
    Dwarf_Die unit;
    Dwarf_Files* files = nullptr;
    std::size_t count = 0;
    std::optional<Dwarf_Word> file = number(entry, DW_AT_call_file);
    if (file && dwarf_diecu(&entry, &unit, nullptr, nullptr)
        && dwarf_getsrcfiles(&unit, &files, &count) == 0 && *file < count)
        call.file = text_number(dwarf_filesrc(files, *file, nullptr, nullptr));
    info_.calls_.push_back(std::move(call));
    return static_cast<std::int32_t>(info_.calls_.size() - 1);
}

void DebugReader::add_places(Dwarf_Die& entry, std::int32_t call, int depth)
{
    Dwarf_Addr base = 0, low = 0, high = 0;
    std::ptrdiff_t offset = 0;
    while (spend()) {
        offset = dwarf_ranges(&entry, offset, &base, &low, &high);
        if (offset < 0)
            note("an address range cannot be read");
        if (offset <= 0)
            return;
        if (low != 0 && low < high && high <= 0xffffffff)
            places_.push_back(
                {static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(high), depth, call});
    }
}

/// Places nest, or lie apart; damaged ones do anything. From address to address the deepest of
/// those that are open holds.
void DebugReader::flatten()
{
    struct Edge {
        std::uint32_t address;
        bool opens;
        int depth;
        std::int32_t call;
    };
    std::vector<Edge> edges;
    for (const Place& place : places_) {
        edges.push_back({place.low, true, place.depth, place.call});
        edges.push_back({place.high, false, place.depth, place.call});
    }
    std::ranges::sort(edges, [](const Edge& a, const Edge& b) {
        return std::tuple(a.address, a.depth, a.call, a.opens)
            < std::tuple(b.address, b.depth, b.call, b.opens);
    });
    std::multiset<std::pair<int, std::int32_t>> open;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const Edge& edge = edges[i];
        if (edge.opens)
            open.emplace(edge.depth, edge.call);
        else if (auto at = open.find({edge.depth, edge.call}); at != open.end())
            open.erase(at);
        if (i + 1 < edges.size() && edges[i + 1].address == edge.address)
            continue;
        std::int32_t call = open.empty() ? -1 : open.rbegin()->second;
        if (info_.stretches_.empty() || info_.stretches_.back().call != call)
            info_.stretches_.push_back({edge.address, call});
    }
}

} // namespace sim
