// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/register_rule.h"

#include <fmt/format.h>

#include <charconv>
#include <sstream>
#include <vector>

namespace mcu {
namespace {

constexpr std::string_view shape
    = "expected 'FIELD BITS -> [decoded] [REGISTER.]FIELD BITS' or with "
      "'=>', BITS as 7 or 3:2, '!' before what is inverted";

std::vector<std::string> words_of(std::string_view text)
{
    std::istringstream stream {std::string(text)};
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

std::optional<unsigned> parse_bit(std::string_view text)
{
    unsigned bit = 0;
    auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), bit);
    if (error != std::errc() || rest != text.data() + text.size() || bit > 31)
        return std::nullopt;
    return bit;
}

/// "7" or "3:2".
std::optional<BitRange> parse_bits(std::string_view text)
{
    std::size_t colon = text.find(':');
    std::optional<unsigned> high = parse_bit(text.substr(0, colon));
    std::optional<unsigned> low
        = colon == std::string_view::npos ? high : parse_bit(text.substr(colon + 1));
    if (!high || !low || *high < *low)
        return std::nullopt;
    return BitRange {static_cast<std::uint8_t>(*low), static_cast<std::uint8_t>(*high - *low + 1)};
}

bool take_mark(std::string& word, char mark)
{
    bool marked = word.starts_with(mark);
    word.erase(0, marked ? 1 : 0);
    return marked;
}

/// One source bit serves many; a decoder needs as many targets as its number can name, or fewer.
bool widths_fit(const RegisterRule& rule)
{
    if (rule.kind == RegisterRule::Kind::decoded)
        return rule.source.width <= 5 && rule.destination.width <= 1u << rule.source.width;
    return rule.source.width == 1 || rule.source.width == rule.destination.width;
}

} // namespace

std::variant<RegisterRule, std::string> parse_register_rule(std::string_view text,
    std::uint32_t own,
    const std::function<std::optional<std::uint32_t>(std::string_view)>& address_of)
{
    auto wrong = [&](std::string_view what) { return fmt::format("rule '{}': {}", text, what); };
    std::vector<std::string> words = words_of(text);
    RegisterRule rule;
    rule.target = own;
    if (words.size() >= 4 && words[3] == "decoded") {
        rule.kind = RegisterRule::Kind::decoded;
        words.erase(words.begin() + 3);
    }
    if (words.size() != 5 || (words[2] != "->" && words[2] != "=>"))
        return wrong(shape);
    if (words[2] == "=>") {
        if (rule.kind == RegisterRule::Kind::decoded)
            return wrong("what is decoded follows ('->')");
        rule.kind = RegisterRule::Kind::once;
    }
    rule.source_inverted = take_mark(words[0], '!');
    rule.destination_inverted = take_mark(words[3], '!');
    rule.destination_toggled = take_mark(words[3], '^');
    if (rule.destination_toggled && rule.kind != RegisterRule::Kind::once)
        return wrong("what toggles does so once ('=>')");
    std::optional<BitRange> source = parse_bits(words[1]), destination = parse_bits(words[4]);
    if (!source || !destination)
        return wrong(shape);
    rule.source = *source;
    rule.destination = *destination;
    if (!widths_fit(rule))
        return wrong(fmt::format("{} bits cannot follow {}", destination->width, source->width));

    if (std::size_t dot = words[3].find('.'); dot != std::string::npos) {
        std::string name = words[3].substr(0, dot);
        std::optional<std::uint32_t> target = address_of(name);
        if (!target)
            return wrong(fmt::format("there is no register '{}' here", name));
        rule.target = *target;
    }
    return rule;
}

} // namespace mcu
