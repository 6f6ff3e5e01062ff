// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/fitted_table.h"

#include "base/check.h"

#include <algorithm>

namespace report {
namespace {

constexpr std::size_t indent = 2, gap = 2;

} // namespace

FittedTable::FittedTable(std::vector<Column> columns)
    : columns_(std::move(columns))
{
}

void FittedTable::add_row(std::vector<std::string> cells)
{
    CHECK(cells.size() == columns_.size());
    rows_.push_back(std::move(cells));
}

void FittedTable::add_rule() { rows_.emplace_back(); }

FittedTable::Widths FittedTable::natural_widths() const
{
    Widths widths;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        std::size_t width = base::display_width(columns_[c].title);
        for (const auto& row : rows_)
            if (!row.empty())
                width = std::max(width, base::display_width(row[c]));
        widths.push_back(width);
    }
    return widths;
}

/// Takes from the widest name until all fits; false if names cannot give so much.
bool FittedTable::fit(Widths& widths, const std::vector<bool>& shown, std::size_t width) const
{
    while (true) {
        std::size_t total = indent, count = 0;
        std::size_t widest = columns_.size();
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (!shown[c])
                continue;
            total += widths[c] + (count++ > 0 ? gap : 0);
            std::size_t least = std::max(columns_[c].least, base::display_width(columns_[c].title));
            bool gives = columns_[c].least > 0 && widths[c] > least;
            if (gives && (widest == columns_.size() || widths[c] > widths[widest]))
                widest = c;
        }
        if (total <= width)
            return true;
        if (widest == columns_.size())
            return false;
        --widths[widest];
    }
}

std::string FittedTable::text(std::size_t width) const
{
    std::vector<bool> shown(columns_.size(), true);
    Widths widths = natural_widths();
    while (!fit(widths, shown, width)) {
        auto leaves = [&](std::size_t c) { return shown[c] ? columns_[c].leaves : 0; };
        std::size_t next = columns_.size();
        for (std::size_t c = 0; c < columns_.size(); ++c)
            if (leaves(c) > 0 && (next == columns_.size() || leaves(c) < leaves(next)))
                next = c;
        if (next == columns_.size())
            break;
        shown[next] = false;
        widths = natural_widths();
    }

    std::vector<base::TextTable::Column> columns;
    for (std::size_t c = 0; c < columns_.size(); ++c)
        if (shown[c])
            columns.push_back({columns_[c].title, columns_[c].align});
    base::TextTable table(std::move(columns), indent);
    for (const auto& row : rows_) {
        if (row.empty()) {
            table.add_rule();
            continue;
        }
        std::vector<std::string> cells;
        for (std::size_t c = 0; c < columns_.size(); ++c)
            if (shown[c])
                cells.push_back(
                    columns_[c].least > 0 ? base::shortened(row[c], widths[c]) : row[c]);
        table.add_row(std::move(cells));
    }
    return table.text();
}

} // namespace report
