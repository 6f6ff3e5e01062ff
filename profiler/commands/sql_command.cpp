// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/text_table.h"
#include "profiler/commands/commands.h"
#include "traces/export/csv.h"
#include "traces/query_result.h"
#include "traces/trace_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace profiler {
namespace {

using traces::QueryResult;
using Json = nlohmann::ordered_json;

struct Options {
    std::string sql, store = default_store(), format = "text";
};

// What a user wants to know first: which views there are, and their columns.
constexpr std::string_view list_of_views
    = "SELECT name AS view, (SELECT group_concat(name, ', ') FROM pragma_table_info(s.name)) AS "
      "columns"
      " FROM sqlite_schema s WHERE type = 'view' ORDER BY name";

std::string text_of(const QueryResult::Cell& cell)
{
    if (const auto* number = std::get_if<std::int64_t>(&cell))
        return fmt::format("{}", *number);
    if (const auto* real = std::get_if<double>(&cell))
        return fmt::format("{}", *real);
    if (const auto* text = std::get_if<std::string>(&cell))
        return *text;
    if (const auto* blob = std::get_if<QueryResult::Blob>(&cell))
        return fmt::format("({} bytes)", blob->bytes);
    return "";
}

bool is_number(const QueryResult::Cell& cell)
{
    return std::holds_alternative<std::int64_t>(cell) || std::holds_alternative<double>(cell);
}

/// Columns of numbers to the right.
std::string as_text(const QueryResult& result)
{
    std::vector<base::TextTable::Column> columns;
    for (std::size_t i = 0; i < result.columns.size(); ++i) {
        bool numbers = std::ranges::all_of(result.rows, [&](const auto& row) {
            return is_number(row[i]) || std::holds_alternative<std::monostate>(row[i]);
        });
        columns.push_back({report::printable(result.columns[i]),
            numbers ? base::Align::right : base::Align::left});
    }
    base::TextTable table(std::move(columns));
    for (const auto& row : result.rows) {
        std::vector<std::string> cells;
        for (const QueryResult::Cell& cell : row)
            cells.push_back(report::printable(text_of(cell)));
        table.add_row(std::move(cells));
    }
    return table.text();
}

std::string as_csv(const QueryResult& result)
{
    std::string text;
    auto add_line = [&](const auto& cells, auto text_of_cell) {
        for (std::size_t i = 0; i < cells.size(); ++i)
            text += fmt::format("{}{}", i > 0 ? "," : "", traces::csv_cell(text_of_cell(cells[i])));
        text += "\n";
    };
    add_line(result.columns, [](const std::string& name) { return name; });
    for (const auto& row : result.rows)
        add_line(row, text_of);
    return text;
}

Json json_of(const QueryResult::Cell& cell)
{
    if (const auto* number = std::get_if<std::int64_t>(&cell))
        return *number;
    if (const auto* real = std::get_if<double>(&cell))
        return *real;
    if (std::holds_alternative<std::monostate>(cell))
        return {};
    return text_of(cell);
}

/// An array of objects; of two columns with one name the last counts.
std::string as_json(const QueryResult& result)
{
    Json rows = Json::array();
    for (const auto& row : result.rows) {
        Json object = Json::object();
        for (std::size_t i = 0; i < row.size(); ++i)
            object[result.columns[i]] = json_of(row[i]);
        rows.push_back(std::move(object));
    }
    return rows.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void query(const Options& options, Console& console)
{
    traces::TraceStore store(options.store, traces::TraceStore::Access::read);
    QueryResult result
        = store.query(options.sql.empty() ? std::string(list_of_views) : options.sql);
    console.print(options.format == "csv" ? as_csv(result)
            : options.format == "json"    ? as_json(result)
                                          : as_text(result));
}

} // namespace

void add_sql_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command
        = app.add_subcommand("sql", "Ask the store a question in SQL; it can only read");
    command
        ->add_option(
            "query", options->sql, "one SELECT; without it the views and their columns are listed")
        ->type_name("QUERY");
    command->add_option("--format", options->format, "text (a table), csv or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "csv", "json"}))
        ->capture_default_str();
    command->add_option("--store", options->store, "the store")
        ->type_name("FILE")
        ->capture_default_str();
    command->footer("Examples:\n"
                    "  mcuprof sql\n"
                    "  mcuprof sql \"SELECT run_id, target, chip, latency_s, sram_peak FROM "
                    "run_summary ORDER BY latency_s\"\n"
                    "  mcuprof sql --format csv \"SELECT title, cycles, percent FROM layer_share "
                    "WHERE run_id = 17\"\n"
                    "  mcuprof sql \"SELECT cause, cycles FROM cause_share WHERE run_id = 17 ORDER "
                    "BY cycles DESC\"\n"
                    "Cycles, bytes, seconds, joules. docs/trace-schema.md explains every view and "
                    "column; tables may\n"
                    "change with the schema version, views keep their columns.");
    command->callback([options, &console] { query(*options, console); });
}

} // namespace profiler
