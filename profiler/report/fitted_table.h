// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/text_table.h"

#include <cstddef>
#include <string>
#include <vector>

namespace report {

/// A table that fits a terminal. If it is too wide, names are shortened as far as they may be; if
/// that is not enough, columns are left out one after the other in the order that they state, and
/// names get their room back. What even then does not fit stays as it is.
class FittedTable {
public:
    struct Column {
        std::string title;
        base::Align align = base::Align::right;
        int leaves = 0;        // 1 leaves first; 0 always stays
        std::size_t least = 0; // a name may be shortened to so many characters; 0: never. No colors
                               // in such a column
    };

    explicit FittedTable(std::vector<Column> columns);

    void add_row(std::vector<std::string> cells); // one a column
    void add_rule();
    std::string text(std::size_t width) const;

private:
    using Widths = std::vector<std::size_t>;

    Widths natural_widths() const;
    bool fit(Widths& widths, const std::vector<bool>& shown, std::size_t width) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_; // a row without cells is a rule
};

} // namespace report
