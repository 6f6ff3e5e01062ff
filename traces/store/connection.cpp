// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/store/connection.h"

#include "base/check.h"
#include "base/embedded_file.h"
#include "traces/store/migration.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace embedded {
extern const std::span<const base::EmbeddedFile> schema_files;
}

namespace traces {
namespace {

constexpr std::int64_t application_id
    = 0x6d637570; // these two are also in schema.sql; `create` checks that they agree
constexpr std::int64_t schema_version = 3;
constexpr int patience_ms = 60'000; // how long a writer waits for the others
constexpr int most_bytes_of_a_value = 1 << 28;

std::string schema_text()
{
    CHECK(embedded::schema_files.size() == 1);
    return std::string(embedded::schema_files.front().content);
}

std::string hex_number(std::int64_t value)
{
    return fmt::format("{:#010x}", static_cast<std::uint32_t>(value));
}

std::int64_t pragma(SQLite::Database& database, const std::string& name)
{
    return database.execAndGet("PRAGMA " + name).getInt64();
}

} // namespace

std::string explained(const SQLite::Exception& exception)
{
    switch (exception.getErrorCode()) {
    case SQLITE_NOTADB:
        return "expected a run store of mcuprof (a SQLite file), found something else";
    case SQLITE_FULL:
        return "cannot be written: the disk is full; nothing of this run was stored";
    case SQLITE_READONLY:
        return "cannot be written: the file, its folder or this access are read-only";
    case SQLITE_BUSY:
        return fmt::format(
            "another process has held the store for more than {} s", patience_ms / 1000);
    case SQLITE_CANTOPEN:
        return "cannot be opened: no such folder, not a file, no permission, or read-only";
    case SQLITE_IOERR:
        return fmt::format(
            "cannot be read or written: {}; nothing of this run was stored", exception.what());
    case SQLITE_CORRUPT:
        return fmt::format("is damaged: {}", exception.what());
    default:
        return fmt::format("cannot be used: {}", exception.what());
    }
}

std::string TraceStore::Connection::schema() { return schema_text(); }

TraceStore::Connection::Connection(std::filesystem::path path, Access access)
    : path_(std::move(path))
    , access_(access)
{
    guarded([&] {
        open();
        if (!is_ours())
            create();
        if (access_ == Access::write)
            use_write_ahead_log();
    });
}

void TraceStore::Connection::open()
{
    if (access_ == Access::write) {
        database_.emplace(
            path_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, patience_ms);
    } else {
        if (!std::filesystem::exists(path_))
            refuse("no such run store; mcuprof profile makes one");
        database_.emplace(path_.string(), SQLite::OPEN_READONLY, patience_ms);
        if (!can_be_read())
            open_immutable();
    }
    make_safe();
    require_current_version();
}

/// A store of an earlier version is brought up to date by whoever opens it first.
void TraceStore::Connection::require_current_version()
{
    std::int64_t version = pragma(*database_, "user_version");
    if (pragma(*database_, "application_id") != application_id || version < 1
        || version >= schema_version)
        return; // not to be upgraded: is_ours says what it is
    if (access_ == Access::write)
        upgrade();
    else
        reopen_upgraded();
}

void TraceStore::Connection::upgrade()
{
    database_->exec("PRAGMA foreign_keys = OFF"); // cannot be changed inside a transaction
    {
        SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
        if (pragma(*database_, "user_version") < schema_version) // else another was faster
            migrate(*database_, schema_text());
        transaction.commit();
    }
    database_->exec("PRAGMA foreign_keys = ON");
}

void TraceStore::Connection::reopen_upgraded()
{
    std::int64_t version = pragma(*database_, "user_version");
    try {
        database_.emplace(path_.string(), SQLite::OPEN_READWRITE, patience_ms);
        make_safe();
        upgrade();
    } catch (const SQLite::Exception& exception) {
        refuse(fmt::format("is of schema version {} and must be brought to version {} once, which "
                           "needs write access: {}",
            version, schema_version, exception.what()));
    }
    database_.emplace(path_.string(), SQLite::OPEN_READONLY, patience_ms);
    make_safe();
}

/// False where SQLite may not put its log beside the store: a read-only folder.
bool TraceStore::Connection::can_be_read()
{
    try {
        pragma(*database_, "schema_version");
        return true;
    } catch (const SQLite::Exception& exception) {
        if (exception.getErrorCode() != SQLITE_CANTOPEN
            && exception.getErrorCode() != SQLITE_READONLY)
            throw;
        return false;
    }
}

/// Without a log, and if nobody left one behind, the file alone is the store.
void TraceStore::Connection::open_immutable()
{
    std::filesystem::path log = path_;
    log += "-wal";
    if (std::filesystem::exists(log))
        refuse("cannot be read: it has a log (-wal) beside it, and the folder is read-only");
    std::string uri = "file:";
    for (char c : std::filesystem::absolute(path_).string())
        uri += c == '?' || c == '#' || c == '%' ? fmt::format("%{:02x}", static_cast<unsigned>(c))
                                                : std::string(1, c);
    database_.emplace(uri + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_URI);
}

/// What a hostile file could make SQLite do is switched off before anything of it is looked at.
void TraceStore::Connection::make_safe()
{
    sqlite3* handle = database_->getHandle();
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, most_bytes_of_a_value);
    database_->exec("PRAGMA cell_size_check = ON");
    database_->exec("PRAGMA foreign_keys = ON");
}

/// True: a store of this version. False: an empty file. Anything else is refused.
bool TraceStore::Connection::is_ours()
{
    // In one transaction: another process may be making the store just now.
    SQLite::Transaction snapshot(*database_, SQLite::TransactionBehavior::DEFERRED);
    std::int64_t application = pragma(*database_, "application_id");
    std::int64_t version = pragma(*database_, "user_version");
    Declarations found = declarations(*database_);
    if (application == 0 && version == 0 && found.empty())
        return false;
    if (application != application_id)
        refuse(fmt::format("expected a run store of mcuprof (application id {}), found another "
                           "SQLite database ({})",
            hex_number(application_id), hex_number(application)));
    if (version != schema_version)
        refuse(fmt::format("expected schema version {}, found {}: {}", schema_version, version,
            version > schema_version ? "written by a newer mcuprof" : "no mcuprof wrote this"));
    require_our_declarations(found);
    return true;
}

/// Tables and views that users added are theirs; ours must be as this version declares them.
void TraceStore::Connection::require_our_declarations(const Declarations& found) const
{
    SQLite::Database blank(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    blank.exec(schema_text());
    for (const auto& [name, sql] : declarations(blank)) {
        auto place = found.find(name);
        if (place == found.end())
            refuse(fmt::format(
                "schema version {} has '{}', this file does not", schema_version, name));
        if (place->second != sql)
            refuse(
                fmt::format("'{}' is not declared as in schema version {}", name, schema_version));
    }
}

TraceStore::Connection::Declarations TraceStore::Connection::declarations(
    SQLite::Database& database)
{
    constexpr std::size_t most = 10'000; // ours are some twenty
    Declarations result;
    // What starts with sqlite_ is SQLite's own.
    SQLite::Statement query(database,
        "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
    while (query.executeStep() && result.size() < most)
        result.emplace(query.getColumn(0).getString(), query.getColumn(1).getString());
    return result;
}

void TraceStore::Connection::create()
{
    if (access_ == Access::read)
        refuse("expected a run store, found an empty file");
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    if (declarations(*database_).empty()) // else another process was faster
        database_->exec(schema_text());
    transaction.commit();
    CHECK(is_ours());
}

/// With it readers go on while somebody writes. Without it (another process holds the file just
/// now) all is as safe, only slower, and the next who opens the store tries again.
void TraceStore::Connection::use_write_ahead_log()
{
    try {
        database_->exec("PRAGMA journal_mode = WAL");
    } catch (const SQLite::Exception& exception) {
        if (exception.getErrorCode() != SQLITE_BUSY && exception.getErrorCode() != SQLITE_READONLY)
            throw;
    }
}

} // namespace traces
