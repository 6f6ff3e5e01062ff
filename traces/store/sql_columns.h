// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/columns.h"
#include "traces/trace_store.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace traces {

/// The columns of a table, and the expressions that read them.
struct ColumnList {
    std::vector<std::string> names, expressions;

    void operator()(std::string_view column, const auto&) { add(std::string(column)); }
    template <class Text>
    void operator()(std::string_view column, const Interned<Text>&)
    {
        names.push_back(fmt::format("{}_id", column));
        expressions.push_back(fmt::format("(SELECT value FROM string WHERE id = {}_id)", column));
    }
    void operator()(std::string_view column, const std::optional<Energy>&)
    {
        for (std::string_view part : {"joules", "low", "high"})
            add(fmt::format("{}_{}", column, part));
    }
    void add(std::string name)
    {
        names.push_back(name);
        expressions.push_back(std::move(name));
    }
};

template <class Row>
ColumnList columns_of()
{
    ColumnList columns;
    Row row;
    if constexpr (requires { row.memory; })
        visit_run_columns(row, columns);
    else
        visit_columns(row, columns);
    return columns;
}

} // namespace traces
