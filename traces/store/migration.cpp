// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/store/migration.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace traces {
namespace {

constexpr const char* old_prefix = "mcuprof_old_";

std::vector<std::string> texts(SQLite::Database& database, const std::string& query)
{
    std::vector<std::string> result;
    SQLite::Statement statement(database, query);
    while (statement.executeStep())
        result.push_back(statement.getColumn(0).getString());
    return result;
}

std::vector<std::string> names_of(SQLite::Database& database, const std::string& type)
{
    return texts(database,
        fmt::format("SELECT name FROM sqlite_schema WHERE type = '{}' AND name NOT LIKE "
                    "'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
            type));
}

std::vector<std::string> columns_of(SQLite::Database& database, const std::string& table)
{
    return texts(database, fmt::format("SELECT name FROM pragma_table_info('{}')", table));
}

/// Columns that name a text: in rows that did not have the column, it is the empty one.
std::vector<std::string> text_columns_of(SQLite::Database& database, const std::string& table)
{
    return texts(database,
        fmt::format("SELECT \"from\" FROM pragma_foreign_key_list('{}') WHERE \"table\" = 'string'",
            table));
}

bool has(const std::vector<std::string>& names, const std::string& name)
{
    return std::ranges::find(names, name) != names.end();
}

/// Of a column that names a text: the text that the row had itself before ("figure" of "figure_id"), or the empty one.
std::string text_id(SQLite::Database& database, const std::string& old,
    const std::vector<std::string>& old_columns, const std::string& column)
{
    std::string text = column.substr(0, column.size() - std::string_view("_id").size());
    if (!has(old_columns, text))
        return "(SELECT id FROM string WHERE value = '')";
    database.exec(fmt::format(
        "INSERT OR IGNORE INTO string (value) SELECT DISTINCT \"{}\" FROM \"{}\"", text, old));
    return fmt::format("(SELECT id FROM string WHERE value = \"{}\".\"{}\")", old, text);
}

void copy_rows(SQLite::Database& database, const std::string& table)
{
    std::string old = old_prefix + table;
    std::vector<std::string> old_columns = columns_of(database, old), columns, values;
    std::vector<std::string> text_columns = text_columns_of(database, table);
    for (const std::string& column : columns_of(database, table)) {
        bool known = has(old_columns, column);
        if (!known && !has(text_columns, column))
            continue;
        columns.push_back(column);
        values.push_back(known ? column : text_id(database, old, old_columns, column));
    }
    database.exec(fmt::format("INSERT INTO \"{}\" ({}) SELECT {} FROM \"{}\"", table,
        fmt::join(columns, ", "), fmt::join(values, ", "), old));
}

/// An id is never used again, also if its run was removed before.
std::int64_t last_run_id(SQLite::Database& database)
{
    SQLite::Statement query(database, "SELECT max(seq) FROM sqlite_sequence WHERE name = 'run'");
    return query.executeStep() ? query.getColumn(0).getInt64() : 0;
}

} // namespace

void migrate(SQLite::Database& database, const std::string& schema)
{
    std::vector<std::string> tables, views;
    {
        SQLite::Database blank(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        blank.exec(schema);
        tables = names_of(blank, "table");
        views = names_of(blank, "view");
    }
    std::int64_t last_id = last_run_id(database);
    for (const std::string& view : names_of(database, "view"))
        if (has(views, view))
            database.exec(fmt::format("DROP VIEW \"{}\"", view));
    std::vector<std::string> old_tables = names_of(database, "table");
    std::erase_if(old_tables, [&](const std::string& table) { return !has(tables, table); });

    // Views of users keep the names that they use.
    database.exec("PRAGMA legacy_alter_table = ON");
    for (const std::string& table : old_tables)
        database.exec(fmt::format("ALTER TABLE \"{0}\" RENAME TO \"{1}{0}\"", table, old_prefix));
    database.exec("PRAGMA legacy_alter_table = OFF");
    database.exec(schema);
    if (has(old_tables, "string"))
        copy_rows(database, "string"); // first: others refer to it
    database.exec("INSERT OR IGNORE INTO string (value) VALUES ('')");
    for (const std::string& table : old_tables)
        if (table != "string")
            copy_rows(database, table);
    for (const std::string& table : old_tables)
        database.exec(fmt::format("DROP TABLE \"{}{}\"", old_prefix, table));
    database.exec(fmt::format("DELETE FROM sqlite_sequence WHERE name = 'run'; "
                              "INSERT INTO sqlite_sequence (name, seq) VALUES ('run', {})",
        last_id));
}

} // namespace traces
