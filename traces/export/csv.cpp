// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/export/csv.h"

#include "base/hash.h"
#include "base/input_error.h"
#include "base/suggest.h"
#include "traces/columns.h"
#include "traces/trace_store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <type_traits>

namespace traces {
namespace {

/// Visits a row and keeps what its columns are called, and what is in them.
struct Cells {
    std::vector<std::string> names, values;

    template <class Value>
    void operator()(std::string_view name, const Value& value)
    {
        if constexpr (std::is_same_v<Value, std::optional<Energy>>) {
            add("energy_joules", value ? fmt::format("{}", value->joules) : "");
            add("energy_low", value ? fmt::format("{}", value->low) : "");
            add("energy_high", value ? fmt::format("{}", value->high) : "");
        } else if constexpr (std::is_same_v<Value, std::vector<std::uint8_t>>) {
            add(name, base::hex(value));
        } else if constexpr (std::is_same_v<Value, bool>) {
            add(name, value ? "1" : "0");
        } else if constexpr (requires { value.text; }) {
            add(name, value.text);
        } else if constexpr (std::is_convertible_v<Value, std::string_view>) {
            add(name, value);
        } else if constexpr (requires { value.begin(); }) {
            add(name, fmt::format("{}", fmt::join(value, " ")));
        } else {
            add(name, fmt::format("{}", value));
        }
    }

    void add(std::string_view name, std::string_view value)
    {
        names.emplace_back(name);
        values.emplace_back(value);
    }
    void add_costs(std::string_view prefix, const Costs& costs, const std::vector<CostInfo>& causes)
    {
        for (const CostInfo& cause : causes)
            add(fmt::format("{}{}", prefix, cause.name),
                fmt::format("{}", value_of(costs, cause.name)));
    }
};

std::string line_of(const std::vector<std::string>& cells)
{
    std::string line;
    for (const std::string& cell : cells)
        line += fmt::format("{}{}", &cell == &cells.front() ? "" : ",", csv_cell(cell));
    return line + "\n";
}

template <class Row>
std::string lines_of(const Profile& profile, const std::vector<Row>& rows)
{
    auto cells_of = [&](const Row& row) {
        Cells cells;
        visit_columns(row, cells);
        if constexpr (requires { row.cycles_by_cause; })
            cells.add_costs("cycles_", row.cycles_by_cause, profile.causes);
        if constexpr (requires { row.total_cycles_by_cause; })
            cells.add_costs("total_cycles_", row.total_cycles_by_cause, profile.causes);
        return cells;
    };
    std::string text = line_of(cells_of(Row {}).names);
    for (const Row& row : rows)
        text += line_of(cells_of(row).values);
    return text;
}

std::string run_lines(const Profile& profile)
{
    RunSummary summary {profile.run, profile.total, profile.memory};
    Cells cells;
    cells.add("id", profile.run.id);
    visit_run_columns(summary, cells);
    cells.add_costs("cycles_", profile.cycles_by_cause, profile.causes);
    return line_of(cells.names) + line_of(cells.values);
}

std::string cause_lines(const Profile& profile)
{
    std::string text = "name,unit,meaning,value\n";
    for (const CostInfo& cause : profile.causes)
        text += line_of({cause.name, cause.unit, cause.meaning,
            fmt::format("{}", value_of(profile.cycles_by_cause, cause.name))});
    return text;
}

struct Table {
    std::string_view name;
    std::string (*write)(const Profile&);
};

constexpr std::array tables = {
    Table {"run", run_lines},
    Table {"layers", [](const Profile& p) { return lines_of(p, p.layers); }},
    Table {"functions", [](const Profile& p) { return lines_of(p, p.functions); }},
    Table {"instructions", [](const Profile& p) { return lines_of(p, p.instructions); }},
    Table {"calls", [](const Profile& p) { return lines_of(p, p.calls); }},
    Table {"contexts", [](const Profile& p) { return lines_of(p, p.contexts); }},
    Table {"causes", cause_lines},
    Table {"traffic", [](const Profile& p) { return lines_of(p, p.traffic); }},
    Table {"power", [](const Profile& p) { return lines_of(p, p.power); }},
    Table {"arena", [](const Profile& p) { return lines_of(p, p.arena); }},
    Table {"warnings", [](const Profile& p) { return lines_of(p, p.warnings); }},
    Table {"sources", [](const Profile& p) { return lines_of(p, p.sources); }},
};

} // namespace

std::vector<std::string> csv_tables()
{
    std::vector<std::string> names;
    for (const Table& table : tables)
        names.emplace_back(table.name);
    return names;
}

std::string csv_cell(std::string_view text)
{
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string quoted = "\"";
    for (char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

std::string to_csv(const Profile& profile, std::string_view table)
{
    auto found = std::ranges::find(tables, table, &Table::name);
    if (found == tables.end())
        throw base::InputError(fmt::format("table {}", table),
            fmt::format("expected one of {}", fmt::join(csv_tables(), ", ")));
    return found->write(profile);
}

} // namespace traces
