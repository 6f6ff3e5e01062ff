// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/trace_store.h"

#include "base/check.h"
#include "traces/store/connection.h"
#include "traces/store/job_rows.h"
#include "traces/store/merge.h"
#include "traces/store/run_reader.h"
#include "traces/store/run_writer.h"
#include "traces/store/user_query.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace traces {
namespace {

std::int64_t parse_id(const std::filesystem::path& path, std::string_view id)
{
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc {} || end != id.data() + id.size() || number <= 0)
        throw base::InputError(
            path.string(), fmt::format("expected the number of a run, found '{}'", id));
    return number;
}

[[noreturn]] void report_missing_run(
    const std::filesystem::path& path, SQLite::Database& database, std::int64_t run)
{
    SQLite::Column last = database.execAndGet("SELECT max(id) FROM run");
    throw base::InputError(path.string(),
        fmt::format("no run {}; {}", run,
            last.isNull() ? "the store is empty" : fmt::format("the last is {}", last.getInt64())));
}

} // namespace

TraceStore::TraceStore(std::filesystem::path path, Access access)
    : connection_(std::make_unique<Connection>(std::move(path), access))
{
}

TraceStore::~TraceStore() = default;
TraceStore::TraceStore(TraceStore&&) noexcept = default;
TraceStore& TraceStore::operator=(TraceStore&&) noexcept = default;

std::string TraceStore::add(const Profile& profile)
{
    CHECK(!find_unbalanced_sum(profile));
    CHECK(!find_dangling_row(profile));
    return connection_->guarded([&] {
        // Immediate: whoever only reads first and then wants to write can end up in a deadlock with
        // another.
        SQLite::Transaction transaction(
            connection_->database(), SQLite::TransactionBehavior::IMMEDIATE);
        std::int64_t run = write_run(connection_->database(), profile);
        transaction.commit();
        return std::to_string(run);
    });
}

std::string TraceStore::add(const Profile& profile, Job job)
{
    CHECK(!find_unbalanced_sum(profile));
    CHECK(!find_dangling_row(profile));
    return connection_->guarded([&] {
        SQLite::Transaction transaction(connection_->database(), SQLite::TransactionBehavior::IMMEDIATE);
        if (auto done = run_of_job(connection_->database(), job.key))
            return std::to_string(*done);
        std::int64_t run = write_run(connection_->database(), profile);
        job.state = "done";
        job.failure = job.reason = "";
        write_job(connection_->database(), job, run);
        transaction.commit();
        return std::to_string(run);
    });
}

void TraceStore::add_failure(Job job)
{
    CHECK(!job.failure.empty());
    connection_->guarded([&] {
        SQLite::Transaction transaction(connection_->database(), SQLite::TransactionBehavior::IMMEDIATE);
        if (run_of_job(connection_->database(), job.key))
            return;
        job.state = "failed";
        write_job(connection_->database(), job, {});
        transaction.commit();
    });
}

std::vector<Job> TraceStore::jobs() const
{
    return connection_->guarded([&] { return list_jobs(connection_->database()); });
}

Profile TraceStore::read(std::string_view id) const
{
    return connection_->guarded([&] {
        std::int64_t run = parse_id(connection_->path(), id);
        SQLite::Transaction snapshot(
            connection_->database(), SQLite::TransactionBehavior::DEFERRED);
        std::optional<Profile> profile = read_run(connection_->database(), run);
        if (!profile)
            report_missing_run(connection_->path(), connection_->database(), run);
        return std::move(*profile);
    });
}

std::vector<RunSummary> TraceStore::list() const
{
    return connection_->guarded([&] { return list_runs(connection_->database()); });
}

void TraceStore::remove(std::string_view id)
{
    connection_->guarded([&] {
        std::int64_t run = parse_id(connection_->path(), id);
        SQLite::Transaction transaction(
            connection_->database(), SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement statement(connection_->database(), "DELETE FROM run WHERE id = ?");
        statement.bind(1, run);
        if (statement.exec() == 0)
            report_missing_run(connection_->path(), connection_->database(), run);
        transaction.commit();
    });
}

QueryResult TraceStore::query(const std::string& sql) const
{
    return connection_->guarded([&] { return run_user_query(connection_->database(), sql); });
}

MergeResult TraceStore::merge(TraceStore& other)
{
    std::error_code ignored;
    if (std::filesystem::equivalent(connection_->path(), other.connection_->path(), ignored))
        throw base::InputError(connection_->path().string(), "is to be merged with itself");
    return connection_->guarded([&] {
        return traces::merge(connection_->database(), other.connection_->database(), Connection::schema());
    });
}

std::vector<std::string> TraceStore::find_damage() const
{
    return connection_->guarded([&] {
        std::vector<std::string> damage;
        SQLite::Statement check(connection_->database(), "PRAGMA integrity_check(100)");
        while (check.executeStep())
            if (std::string line = check.getColumn(0).getString(); line != "ok")
                damage.push_back(line);
        SQLite::Statement keys(connection_->database(), "PRAGMA foreign_key_check");
        while (keys.executeStep() && damage.size() < 200)
            damage.push_back(fmt::format("a row of {} belongs to no row of {}",
                keys.getColumn(0).getString(), keys.getColumn(2).getString()));
        return damage;
    });
}

} // namespace traces
