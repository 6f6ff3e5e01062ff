// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/markdown.h"

namespace comparison {

std::string markdown(std::string_view text)
{
    constexpr std::string_view special = "\\`*_[]<>|#&~";
    std::string result;
    for (char c : text) {
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
            c = '?';
        if (special.find(c) != std::string_view::npos)
            result += '\\';
        result += c;
    }
    return result;
}

} // namespace comparison
