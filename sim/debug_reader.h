// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/debug_info.h"

#include <elfutils/libdw.h>

#include <map>
#include <set>

namespace sim {

/// Fills a DebugInfo from libdw, unit by unit. Hostile data may hold cycles and huge counts: every
/// loop here has a bound that honest files do not reach.
class DebugReader {
public:
    DebugReader(DebugInfo& info, Dwarf* dwarf);
    void read();

private:
    struct Place {                       // of an inlined call
        std::uint32_t low = 0, high = 0; // high excluded
        int depth = 0;
        std::int32_t call = -1;
    };
    void read_lines(Dwarf_Die& unit);
    void read_entries(Dwarf_Die& unit);
    void walk(Dwarf_Die& entry, int nesting, std::int32_t outer, int inlined);
    std::int32_t add_call(Dwarf_Die& entry, std::int32_t outer);
    void add_places(Dwarf_Die& entry, std::int32_t call, int depth);
    std::uint32_t text_number(const char* text);
    std::uint32_t name_of(Dwarf_Die entry);
    void flatten();
    bool spend(std::uint64_t steps = 1);
    void note(const char* what);

    DebugInfo& info_;
    Dwarf* dwarf_;
    std::map<const char*, std::uint32_t>
        numbers_; // of texts, which libdw gives one address each; only looked up
    std::set<std::uint64_t> tables_read_; // of lines: units may share one
    std::vector<Place> places_;
    std::uint64_t budget_;
};

} // namespace sim
