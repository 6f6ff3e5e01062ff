// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace report::html {

/// HTML or SVG. It is made of plain text only by escaping, so that a name that comes from a file
/// can never become an element.
class Markup {
public:
    Markup() = default;
    /// Bytes that are not UTF-8 become U+FFFD, control characters '?'.
    static Markup escaped(std::string_view text);

    Markup& operator+=(const Markup& other)
    {
        text_ += other.text_;
        return *this;
    }
    const std::string& str() const { return text_; }
    bool empty() const { return text_.empty(); }

private:
    friend Markup element(std::string_view, const std::vector<struct Attribute>&, const Markup&);
    std::string text_;
};

/// A coordinate: at most two decimals, "12.5", "-3".
std::string coordinate(double value);
/// As many digits as it takes to read the same number back.
std::string exact(double value);

struct Attribute {
    Attribute(std::string_view attribute, std::string_view text)
        : name(attribute)
        , value(text)
    {
    }
    Attribute(std::string_view attribute, const char* text)
        : Attribute(attribute, std::string_view(text))
    {
    }
    Attribute(std::string_view attribute, double number)
        : Attribute(attribute, coordinate(number))
    {
    }
    std::string_view name; // ours, never from a file
    std::string value;     // escaped when it is written
};

/// `<name attributes>content</name>`; of SVG without content `<name attributes/>`.
Markup element(
    std::string_view name, const std::vector<Attribute>& attributes, const Markup& content = {});
/// The same around plain text.
Markup text_element(
    std::string_view name, const std::vector<Attribute>& attributes, std::string_view text);

} // namespace report::html
