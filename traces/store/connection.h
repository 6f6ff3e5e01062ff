// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/input_error.h"
#include "traces/store/row_reader.h"
#include "traces/trace_store.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace traces {

/// What SQLite said, for people who do not know SQLite.
std::string explained(const SQLite::Exception& exception);

/// An open store of the schema version we know, or no object. All that touches SQLite goes through
/// `guarded`, so that every trouble is an InputError that names the file.
class TraceStore::Connection {
public:
    Connection(std::filesystem::path path, Access access);

    static std::string schema(); // schema.sql

    SQLite::Database& database() { return *database_; }
    const std::filesystem::path& path() const { return path_; }

    template <class Body>
    auto guarded(Body&& body)
    {
        try {
            return body();
        } catch (const SQLite::Exception& exception) {
            throw base::InputError(path_.string(), explained(exception));
        } catch (const Damage& damage) {
            throw base::InputError(path_.string(), "is damaged: " + damage.what);
        }
    }

private:
    using Declarations = std::map<std::string, std::string>; // name and SQL of tables and views

    void open();
    bool can_be_read();
    void open_immutable();
    void make_safe();
    bool is_ours();
    void require_current_version();
    void require_our_declarations(const Declarations& found) const;
    void create();
    void upgrade();
    void reopen_upgraded();
    void use_write_ahead_log();
    static Declarations declarations(SQLite::Database& database);
    [[noreturn]] void refuse(const std::string& what) const
    {
        throw base::InputError(path_.string(), what);
    }

    std::filesystem::path path_;
    Access access_;
    std::optional<SQLite::Database> database_;
};

} // namespace traces
