// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/export/collapsed.h"

#include "traces/export/stacks.h"

#include <fmt/format.h>

namespace traces {
namespace {

/// The format has no escapes: what would end a frame or a line becomes something else.
std::string as_frame(std::string text)
{
    for (char& c : text)
        c = c == ';' ? ':' : static_cast<unsigned char>(c) < ' ' || c == 0x7f ? '?' : c;
    return text.empty() ? "(no name)" : text;
}

} // namespace

std::string to_collapsed(const Profile& profile)
{
    Stacks all = stacks_of(profile);
    std::string text;
    for (const Stack& stack : all.stacks) {
        if (stack.self_cycles == 0)
            continue;
        if (stack.context >= 0)
            text += as_frame(profile.contexts[static_cast<std::size_t>(stack.context)].name) + ";";
        for (std::size_t i = 0; i < stack.frames.size(); ++i)
            text += fmt::format(
                "{}{}", i > 0 ? ";" : "", as_frame(all.frames[stack.frames[i]].name));
        text += fmt::format(" {}\n", stack.self_cycles);
    }
    return text;
}

} // namespace traces
