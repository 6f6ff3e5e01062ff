// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/text_style.h"

#include "base/text_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace report {

std::string Paint::painted(std::string_view code, std::string text) const
{
    return on_ && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

std::string spaced(std::string_view name)
{
    std::string text(name);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string percent(double part, double whole)
{
    return whole == 0 ? "" : fmt::format("{:.1f} %", 100 * part / whole);
}

std::string flowed(const std::string& first, const std::vector<std::string>& parts, std::size_t gap,
    std::size_t indent, std::size_t width)
{
    std::string text = first;
    std::size_t column = base::display_width(first);
    bool line_is_new = true;
    for (const std::string& part : parts) {
        std::size_t size = base::display_width(part);
        if (!line_is_new && column + gap + size > width) {
            text += '\n';
            text.append(indent, ' ');
            column = indent;
            line_is_new = true;
        }
        std::size_t blanks = line_is_new ? 0 : gap;
        text.append(blanks, ' ');
        text += part;
        column += blanks + size;
        line_is_new = false;
    }
    return text + "\n";
}

std::string flowed_words(
    const std::string& first, std::string_view sentence, std::size_t indent, std::size_t width)
{
    std::vector<std::string> words;
    while (!sentence.empty()) {
        std::size_t end = std::min(sentence.find(' '), sentence.size());
        if (end > 0)
            words.emplace_back(sentence.substr(0, end));
        sentence.remove_prefix(std::min(end + 1, sentence.size()));
    }
    return flowed(first, words, 1, indent, width);
}

std::string printable(std::string_view text)
{
    std::string result(text);
    for (char& c : result)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = '?';
    return result;
}

} // namespace report
