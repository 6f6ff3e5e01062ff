// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/difference_page.h"

#include "profiler/comparison/flame_difference.h"
#include "profiler/report/html/page.h"

namespace comparison {
namespace {

using kainjow::mustache::data;

data text_cell(const std::string& text, bool is_name)
{
    data cell;
    cell.set("text", text);
    cell.set("is_name", is_name);
    return cell;
}

data table_of(const DiffTable& table)
{
    data heads {data::type::list}, rows {data::type::list}, rest {data::type::list};
    for (const auto& column : table.columns)
        heads << text_cell(column.title, column.align == base::Align::left);
    for (const std::vector<std::string>& row : table.rows) {
        data cells {data::type::list};
        for (std::size_t i = 0; i < row.size(); ++i)
            cells << text_cell(row[i], table.columns[i].align == base::Align::left);
        data entry;
        entry.set("cells", cells);
        rows << entry;
    }
    if (!table.rest.empty())
        rest << text_cell(table.rest, false);
    data result;
    result.set("title", table.title.empty() ? std::string("totals") : table.title);
    result.set("heads", heads);
    result.set("rows", rows);
    result.set("rest", rest);
    return result;
}

} // namespace

std::string difference_page(const RunDiff& diff, const DiffDetail& detail)
{
    data values;
    values.set("before", name_of(*diff.before));
    values.set("after", name_of(*diff.after));
    report::html::Markup flame = flame_difference(diff);
    values.set("has_flame", !flame.empty());
    values.set("flame", report::html::raw(flame));
    data tables {data::type::list};
    for (const DiffTable& table : diff_tables(diff, detail))
        tables << table_of(table);
    values.set("tables", tables);
    return report::html::render("difference.mustache", values);
}

} // namespace comparison
