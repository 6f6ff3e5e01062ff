// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/html/markup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace report::html {
namespace {

/// Bytes of the well-formed UTF-8 sequence at the start; 0 if there is none (RFC 3629).
std::size_t sequence_length(std::string_view text)
{
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned first = byte(0);
    std::size_t length = first < 0x80   ? 1
        : first >= 0xc2 && first < 0xe0 ? 2
        : first >= 0xe0 && first < 0xf0 ? 3
        : first >= 0xf0 && first < 0xf5 ? 4
                                        : 0;
    if (length == 0 || length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if (byte(i) < 0x80 || byte(i) >= 0xc0)
            return 0;
    bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    bool surrogate = first == 0xed && byte(1) >= 0xa0;
    bool beyond = first == 0xf4 && byte(1) >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

std::string escaped_text(std::string_view text)
{
    std::string result;
    while (!text.empty()) {
        std::size_t length = sequence_length(text);
        unsigned char first = static_cast<unsigned char>(text[0]);
        if (length == 0)
            result += "\ufffd";
        else if (first == '&')
            result += "&amp;";
        else if (first == '<')
            result += "&lt;";
        else if (first == '>')
            result += "&gt;";
        else if (first == '"')
            result += "&quot;";
        else if (first == '\'')
            result += "&#39;";
        else if ((first < 0x20 && first != '\n' && first != '\t') || first == 0x7f)
            result += '?';
        else
            result += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result;
}

/// Elements that stand alone in SVG when nothing is in them; in HTML an empty element needs its
/// end.
bool stands_alone(std::string_view name)
{
    constexpr std::array<std::string_view, 4> names = {"rect", "line", "path", "circle"};
    return std::ranges::find(names, name) != names.end();
}

} // namespace

Markup Markup::escaped(std::string_view text)
{
    Markup markup;
    markup.text_ = escaped_text(text);
    return markup;
}

std::string coordinate(double value)
{
    std::string text = fmt::format("{:.2f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.'))
        text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string exact(double value)
{
    // Counts as digits, not as 1.2e+06.
    constexpr double largest_whole = 9007199254740992; // 2^53
    if (value == std::floor(value) && std::abs(value) <= largest_whole)
        return fmt::format("{}", static_cast<long long>(value));
    return fmt::format("{}", value);
}

Markup element(
    std::string_view name, const std::vector<Attribute>& attributes, const Markup& content)
{
    Markup markup;
    std::string& text = markup.text_;
    text += '<';
    text += name;
    for (const Attribute& attribute : attributes)
        text += fmt::format(" {}=\"{}\"", attribute.name, escaped_text(attribute.value));
    if (content.empty() && stands_alone(name)) {
        text += "/>";
        return markup;
    }
    text += '>';
    text += content.text_;
    text += fmt::format("</{}>", name);
    return markup;
}

Markup text_element(
    std::string_view name, const std::vector<Attribute>& attributes, std::string_view text)
{
    return element(name, attributes, Markup::escaped(text));
}

} // namespace report::html
