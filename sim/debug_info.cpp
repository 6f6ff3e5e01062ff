// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/debug_info.h"

#include "sim/debug_reader.h"

#include <algorithm>

namespace sim {

DebugInfo::DebugInfo(Dwarf* dwarf)
{
    if (dwarf)
        DebugReader(*this, dwarf).read();
}

std::optional<SourceLine> DebugInfo::line_at(std::uint32_t address) const
{
    auto after = std::ranges::upper_bound(rows_, address, {}, &Row::address);
    if (after == rows_.begin() || std::prev(after)->line == 0)
        return std::nullopt;
    return SourceLine {texts_[std::prev(after)->file], std::prev(after)->line};
}

std::vector<InlinedCall> DebugInfo::inlines_at(std::uint32_t address) const
{
    std::vector<InlinedCall> chain;
    auto after = std::ranges::upper_bound(stretches_, address, {}, &Stretch::address);
    if (after == stretches_.begin())
        return chain;
    for (std::int32_t at = std::prev(after)->call; at >= 0;
         at = calls_[static_cast<std::size_t>(at)].outer) {
        const Call& call = calls_[static_cast<std::size_t>(at)];
        chain.push_back({texts_[call.function], texts_[call.file], call.line});
    }
    return chain;
}

} // namespace sim
