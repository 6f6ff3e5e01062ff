// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace report {

/// How a text is to look. The caller knows whether there is a terminal; 120 columns and no color
/// are for files.
struct TextStyle {
    std::size_t width = 120;
    bool color = false;
};

/// Colors, or nothing at all.
class Paint {
public:
    explicit Paint(TextStyle style)
        : on_(style.color)
    {
    }

    std::string strong(std::string text) const { return painted("1", std::move(text)); }
    std::string faint(std::string text) const { return painted("2", std::move(text)); }
    std::string bar(std::string text) const { return painted("36", std::move(text)); }
    std::string caution(std::string text) const { return painted("33", std::move(text)); }
    std::string alarm(std::string text) const { return painted("1;31", std::move(text)); }

private:
    std::string painted(std::string_view code, std::string text) const;

    bool on_;
};

/// "load_wait" as people write it: "load wait".
std::string spaced(std::string_view name);

/// `part` of `whole` in percent: "18.7 %"; empty if the whole is 0.
std::string percent(double part, double whole);

/// The parts one after the other, `gap` apart; what does not fit the width goes on in a new line,
/// which begins with `indent` blanks. The first line begins with `first`.
std::string flowed(const std::string& first, const std::vector<std::string>& parts, std::size_t gap,
    std::size_t indent, std::size_t width);

/// The same for the words of a sentence.
std::string flowed_words(
    const std::string& first, std::string_view sentence, std::size_t indent, std::size_t width);

/// Printable: control characters of names that come from files become '?'.
std::string printable(std::string_view text);

} // namespace report
