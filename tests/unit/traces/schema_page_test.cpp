// SPDX-License-Identifier: GPL-2.0-or-later
// docs/trace-schema.md and schema.sql say the same.
#include "base/file.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

namespace {

/// The columns of every table and view.
std::map<std::string, std::set<std::string>> declared()
{
    SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(base::read_text(SOURCE_DIR "/traces/schema.sql"));
    std::map<std::string, std::set<std::string>> tables;
    SQLite::Statement query(database,
        "SELECT s.name, c.name FROM sqlite_schema s JOIN pragma_table_xinfo(s.name) c"
        " WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite%'");
    while (query.executeStep())
        tables[query.getColumn(0).getString()].insert(query.getColumn(1).getString());
    return tables;
}

/// The page has a heading "### `table`" for each, and below it a table whose rows begin "| `column`
/// |" (or
/// "| `one`, `two` |").
std::map<std::string, std::set<std::string>> described()
{
    std::map<std::string, std::set<std::string>> tables;
    std::string table;
    std::istringstream page(base::read_text(SOURCE_DIR "/docs/trace-schema.md"));
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with("## "))
            table.clear();
        if (line.starts_with("### `"))
            table = line.substr(5, line.find('`', 5) - 5);
        if (table.empty() || !line.starts_with("| `"))
            continue;
        std::string names = line.substr(0, line.find(" |", 2));
        for (std::size_t start = names.find('`'); start != std::string::npos;) {
            std::size_t end = names.find('`', start + 1);
            tables[table].insert(names.substr(start + 1, end - start - 1));
            start = names.find('`', end + 1);
        }
    }
    return tables;
}

} // namespace

TEST(SchemaPage, DescribesEveryTableAndColumnAndNothingElse)
{
    ASSERT_GT(declared().size(), 15u);
    EXPECT_EQ(described(), declared());
}

TEST(Schema, HasASentenceBeforeEveryTableAndView)
{
    std::istringstream schema(base::read_text(SOURCE_DIR "/traces/schema.sql"));
    std::string before;
    for (std::string line; std::getline(schema, line); before = line) {
        if (line.starts_with("CREATE ")) {
            EXPECT_TRUE(before.starts_with("-- ")) << line;
        }
    }
}
