// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/text_table.h"

#include "base/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace base {
namespace {

bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

std::string padded(const std::string& text, std::size_t width, Align align)
{
    std::string blanks(width - std::min(width, display_width(text)), ' ');
    return align == Align::left ? text + blanks : blanks + text;
}

/// Three significant digits.
std::string three_digits(double value)
{
    double size = std::abs(value);
    int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return fmt::format("{:.{}f}", value, decimals);
}

} // namespace

TextTable::TextTable(std::vector<Column> columns, std::size_t indent)
    : columns_(std::move(columns))
    , indent_(indent)
{
}

void TextTable::add_row(std::vector<std::string> cells)
{
    CHECK(cells.size() <= columns_.size());
    cells.resize(columns_.size());
    rows_.push_back(std::move(cells));
}

void TextTable::add_rule() { rows_.emplace_back(); }

std::string TextTable::text() const
{
    std::vector<std::size_t> widths;
    std::vector<std::string> titles;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        std::size_t width = display_width(columns_[c].title);
        for (const auto& row : rows_)
            if (!row.empty())
                width = std::max(width, display_width(row[c]));
        widths.push_back(width);
        titles.push_back(columns_[c].title);
    }

    auto line = [&](const std::vector<std::string>& cells) {
        std::string result(indent_, ' ');
        for (std::size_t c = 0; c < cells.size(); ++c) {
            if (c > 0)
                result += "  ";
            result += padded(cells[c], widths[c], columns_[c].align);
        }
        result.erase(result.find_last_not_of(' ') + 1);
        return result + "\n";
    };
    std::size_t total = 2 * (widths.size() - 1);
    for (std::size_t width : widths)
        total += width;

    std::string result
        = std::any_of(titles.begin(), titles.end(), [](const auto& t) { return !t.empty(); })
        ? line(titles)
        : "";
    for (const auto& row : rows_)
        result
            += row.empty() ? std::string(indent_, ' ') + std::string(total, '-') + "\n" : line(row);
    return result;
}

std::size_t display_width(std::string_view text)
{
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i, 2) == "\x1b[")
            i = std::min(text.find('m', i), text.size() - 1);
        else
            width += starts_code_point(text[i]);
    }
    return width;
}

std::string shortened(std::string_view text, std::size_t width)
{
    if (display_width(text) <= width)
        return std::string(text);
    std::string result;
    std::size_t columns = 0;
    for (char c : text) {
        if (starts_code_point(c) && ++columns >= width)
            break;
        result += c;
    }
    return width == 0 ? "" : result + "…";
}

std::string scaled(double value)
{
    constexpr std::array<std::string_view, 5> units = {"", " k", " M", " G", " T"};
    std::size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    if (unit == 0 && value == std::floor(value))
        return fmt::format("{:.0f}", value);
    return three_digits(value) + std::string(units[unit]);
}

std::string scaled_unit(double value, std::string_view unit)
{
    constexpr std::array<std::string_view, 9> prefixes
        = {"p", "n", "u", "m", "", "k", "M", "G", "T"};
    std::size_t prefix = 4;
    double size = std::abs(value);
    for (; size > 0 && size < 0.9995 && prefix > 0; --prefix)
        size *= 1000;
    for (; size >= 999.5 && prefix + 1 < prefixes.size(); ++prefix)
        size /= 1000;
    return fmt::format("{} {}{}", value == 0 ? "0" : three_digits(std::copysign(size, value)),
        prefixes[prefix], unit);
}

std::string scaled_seconds(double value)
{
    // Nobody says kiloseconds.
    return std::abs(value) < 999.5 ? scaled_unit(value, "s") : fmt::format("{:.0f} s", value);
}

std::string scaled_bytes(std::uint64_t bytes)
{
    if (bytes < 1024)
        return std::to_string(bytes);
    double value = static_cast<double>(bytes) / 1024;
    if (value < 999.95)
        return fmt::format("{:.1f} K", value);
    return fmt::format("{:.2f} M", value / 1024);
}

std::string bar(double share, std::size_t width)
{
    constexpr std::array<std::string_view, 8> parts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    double exact = std::clamp(share, 0.0, 1.0) * static_cast<double>(width) * 8;
    auto eighths = static_cast<std::size_t>(std::lround(exact));
    std::string result;
    for (std::size_t i = 0; i < eighths / 8; ++i)
        result += "█";
    return result + std::string(parts[eighths % 8]);
}

} // namespace base
