// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace base {

enum class Align { left, right };

/// Rows of cells as aligned text. Widths count code points, so bars and arrows line up; colors take
/// no width. Trailing blanks never reach the output.
class TextTable {
public:
    struct Column {
        std::string title;
        Align align = Align::right;
    };
    explicit TextTable(std::vector<Column> columns, std::size_t indent = 2);

    /// Missing cells are empty; more cells than columns is a bug.
    void add_row(std::vector<std::string> cells);
    void add_rule();
    std::string text() const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_; // a row without cells is a rule
    std::size_t indent_;
};

/// Columns that `text` takes on a terminal: one a code point, none for color sequences (ESC [ ...
/// m).
std::size_t display_width(std::string_view text);

/// At most `width` columns: the end is replaced by an ellipsis. For text without colors.
std::string shortened(std::string_view text, std::size_t width);

/// "8.59 M", "320 k", "768": three significant digits, SI prefixes.
std::string scaled(double value);
/// "3.30 mJ", "46.0 mW", "0 J": three significant digits, SI prefixes up and down.
std::string scaled_unit(double value, std::string_view unit);
/// "71.6 ms", "1.20 s", "3.40 us".
std::string scaled_seconds(double value);
/// "23.1 K", "1.95 M" in KiB and MiB, "768" below 1 KiB.
std::string scaled_bytes(std::uint64_t bytes);
/// `share` of `width` columns as eighth blocks, "███▌".
std::string bar(double share, std::size_t width);

} // namespace base
