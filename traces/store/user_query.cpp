// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/store/user_query.h"

#include "base/input_error.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>

namespace traces {
namespace {

constexpr std::size_t most_rows = 1'000'000;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

/// SQLite asks before it compiles an action: reading is allowed, and pragmas that only tell.
int only_reading(void*, int action, const char* first, const char* second, const char*, const char*) noexcept
{
    constexpr std::array telling = {"table_info", "table_xinfo", "table_list", "user_version", "application_id",
        "integrity_check", "foreign_key_check", "page_count", "page_size"};
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return second && std::strcmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA:
        return first && std::ranges::any_of(telling, [&](const char* name) { return std::strcmp(first, name) == 0; })
            ? SQLITE_OK
            : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

/// While it exists, the connection only reads.
class ReadingOnly {
public:
    explicit ReadingOnly(sqlite3* database)
        : database_(database)
    {
        sqlite3_set_authorizer(database_, only_reading, nullptr);
    }
    ~ReadingOnly() { sqlite3_set_authorizer(database_, nullptr, nullptr); }
    ReadingOnly(const ReadingOnly&) = delete;
    ReadingOnly& operator=(const ReadingOnly&) = delete;

private:
    sqlite3* database_;
};

[[noreturn]] void refuse(sqlite3* database, int code)
{
    std::string where = "sql";
#if SQLITE_VERSION_NUMBER >= 3038000
    if (int offset = sqlite3_error_offset(database); offset >= 0)
        where += fmt::format(", column {}", offset + 1);
#endif
    throw base::InputError(where,
        code == SQLITE_AUTH ? "expected a query that only reads (SELECT), found one that would do something else"
                            : std::string(sqlite3_errmsg(database)));
}

QueryResult::Cell cell(sqlite3_stmt* statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
        return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
        const unsigned char* text = sqlite3_column_text(statement, column);
        auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        return std::string(reinterpret_cast<const char*>(text), size);
    }
    case SQLITE_BLOB:
        return QueryResult::Blob {static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
    default:
        return {};
    }
}

} // namespace

QueryResult run_user_query(SQLite::Database& database, const std::string& sql)
{
    sqlite3* handle = database.getHandle();
    // The first use of such a function declares its table, which looks like writing.
    database.exec("SELECT 1 FROM pragma_table_info('run'), pragma_table_xinfo('run'), pragma_table_list('run') LIMIT 0");
    ReadingOnly guard(handle);
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    if (int code = sqlite3_prepare_v2(handle, sql.c_str(), static_cast<int>(sql.size()) + 1, &raw, &rest); code != SQLITE_OK)
        refuse(handle, code);
    Statement statement(raw);
    if (!statement)
        throw base::InputError("sql", "expected a query, found nothing");
    if (std::string_view tail(rest); tail.find_first_not_of(" \t\r\n;") != std::string_view::npos)
        throw base::InputError(fmt::format("sql, column {}", rest - sql.c_str() + 1), "expected one query, found a second one");

    QueryResult result;
    int columns = sqlite3_column_count(statement.get());
    for (int i = 0; i < columns; ++i)
        result.columns.emplace_back(sqlite3_column_name(statement.get(), i));
    int code = SQLITE_DONE;
    while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
        if (result.rows.size() == most_rows)
            throw base::InputError("sql", fmt::format("expected at most {} rows, found more; add LIMIT", most_rows));
        auto& row = result.rows.emplace_back();
        for (int i = 0; i < columns; ++i)
            row.push_back(cell(statement.get(), i));
    }
    if (code != SQLITE_DONE)
        refuse(handle, code);
    return result;
}

} // namespace traces
