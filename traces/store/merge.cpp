// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/store/merge.h"

#include "base/check.h"
#include "traces/store/job_rows.h"
#include "traces/store/row_reader.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace traces {
namespace {

constexpr std::size_t runs_of_a_transaction = 64;

std::vector<std::string> texts(SQLite::Database& database, const std::string& query)
{
    std::vector<std::string> result;
    SQLite::Statement statement(database, query);
    while (statement.executeStep())
        result.push_back(statement.getColumn(0).getString());
    return result;
}

std::string quoted(const std::vector<std::string>& names) { return fmt::format("\"{}\"", fmt::join(names, "\", \"")); }

/// As it is, of whatever type.
void bind_value(SQLite::Statement& statement, int index, const SQLite::Column& value)
{
    if (value.isInteger())
        statement.bind(index, value.getInt64());
    else if (value.isFloat())
        statement.bind(index, value.getDouble());
    else if (value.isText())
        statement.bind(index, value.getString());
    else if (value.isBlob())
        // Empty bytes have no address, and an address of null would be NULL.
        statement.bind(index, value.getBytes() ? value.getBlob() : static_cast<const void*>(""), value.getBytes());
    else
        statement.bind(index); // NULL
}

/// Shared rows (texts, costs) of one store as those of another, which get what they lack.
class SharedRows {
public:
    SharedRows(SQLite::Database& into, SQLite::Database& from, const std::string& table, const std::vector<std::string>& columns)
        : table_(table)
        , columns_(static_cast<int>(columns.size()))
        , read_(from, fmt::format("SELECT {} FROM \"{}\" WHERE id = ?", quoted(columns), table))
        , add_(into, fmt::format("INSERT OR IGNORE INTO \"{}\" ({}) VALUES ({})", table, quoted(columns), marks(columns.size())))
        , find_(into, fmt::format("SELECT id FROM \"{}\" WHERE {}", table, conditions(columns)))
    {
    }

    std::int64_t id_of(std::int64_t old)
    {
        auto [place, is_new] = ids_.try_emplace(old, 0);
        if (is_new)
            place->second = copy(old);
        return place->second;
    }

private:
    static std::string marks(std::size_t count)
    {
        return fmt::format("{}", fmt::join(std::vector<std::string>(count, "?"), ", "));
    }
    static std::string conditions(const std::vector<std::string>& columns)
    {
        return fmt::format("\"{}\" = ?", fmt::join(columns, "\" = ? AND \""));
    }

    std::int64_t copy(std::int64_t old)
    {
        read_.reset();
        read_.bind(1, old);
        if (!read_.executeStep())
            throw Damage {fmt::format("table {} has no row {}", table_, old)};
        for (SQLite::Statement* statement : {&add_, &find_}) {
            statement->reset();
            for (int i = 0; i < columns_; ++i)
                statement->bind(i + 1, read_.getColumn(i).getString());
            statement->executeStep();
        }
        CHECK(find_.hasRow());
        return find_.getColumn(0).getInt64();
    }

    std::string table_;
    int columns_;
    SQLite::Statement read_, add_, find_;
    std::unordered_map<std::int64_t, std::int64_t> ids_;
};

/// One table of rows that belong to runs.
class RunRows {
public:
    RunRows(SQLite::Database& into, SQLite::Database& from, const std::string& table, SharedRows& strings, SharedRows& costs)
        : RunRows(into, from, table, texts(into, fmt::format("SELECT name FROM pragma_table_info('{}')", table)))
    {
        SQLite::Statement keys(into, fmt::format("SELECT \"from\", \"table\" FROM pragma_foreign_key_list('{}')", table));
        while (keys.executeStep()) {
            std::string target = keys.getColumn(1).getString();
            auto column = std::ranges::find(columns_, keys.getColumn(0).getString()) - columns_.begin();
            if (target == "string" || target == "cost")
                shared_[static_cast<std::size_t>(column)] = target == "string" ? &strings : &costs;
        }
    }

    void copy(std::int64_t old_run, std::int64_t new_run)
    {
        read_.reset();
        read_.bind(1, old_run);
        while (read_.executeStep()) {
            add_.reset();
            for (std::size_t i = 0; i < columns_.size(); ++i) {
                int index = static_cast<int>(i);
                if (columns_[i] == "run_id")
                    add_.bind(index + 1, new_run);
                else if (shared_[i])
                    add_.bind(index + 1, shared_[i]->id_of(read_.getColumn(index).getInt64()));
                else
                    bind_value(add_, index + 1, read_.getColumn(index));
            }
            add_.exec();
        }
    }

private:
    RunRows(SQLite::Database& into, SQLite::Database& from, const std::string& table, std::vector<std::string> columns)
        : columns_(std::move(columns))
        , shared_(columns_.size())
        , read_(from, fmt::format("SELECT {} FROM \"{}\" WHERE run_id = ?", quoted(columns_), table))
        , add_(into, fmt::format("INSERT INTO \"{}\" ({}) VALUES ({})", table, quoted(columns_),
                         fmt::join(std::vector<std::string>(columns_.size(), "?"), ", ")))
    {
    }

    std::vector<std::string> columns_;
    std::vector<SharedRows*> shared_;
    SQLite::Statement read_, add_;
};

/// All that the table `run` says, as one text: with the time stamp it tells a run from any other.
struct RunText {
    std::int64_t id = 0;
    std::string created_at, content;
};

std::vector<RunText> run_texts(SQLite::Database& database, const std::vector<std::string>& columns)
{
    std::vector<std::string> parts;
    for (const std::string& column : columns)
        if (column != "created_at")
            parts.push_back(fmt::format("quote(\"{}\")", column));
    SQLite::Statement query(database, fmt::format("SELECT id, created_at, {} FROM run ORDER BY id", fmt::join(parts, " || ',' || ")));
    std::vector<RunText> runs;
    while (query.executeStep())
        runs.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getString(), query.getColumn(2).getString()});
    return runs;
}

class Merger {
public:
    Merger(SQLite::Database& into, SQLite::Database& from, const std::string& schema)
        : into_(into)
        , from_(from)
        , strings_(into, from, "string", {"value"})
        , costs_(into, from, "cost", {"name", "unit", "meaning"})
        , run_columns_(texts(into, "SELECT name FROM pragma_table_info('run') WHERE name <> 'id'"))
        , add_run_(into, fmt::format("INSERT INTO run ({}) VALUES ({})", quoted(run_columns_),
                             fmt::join(std::vector<std::string>(run_columns_.size(), "?"), ", ")))
        , read_run_(from, fmt::format("SELECT {} FROM run WHERE id = ?", quoted(run_columns_)))
    {
        SQLite::Database blank(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        blank.exec(schema);
        for (const std::string& table : texts(blank, "SELECT s.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c"
                                                     " WHERE s.type = 'table' AND c.name = 'run_id' AND s.name <> 'job' ORDER BY s.rowid"))
            rows_.emplace_back(into, from, table, strings_, costs_);
    }

    MergeResult run()
    {
        SQLite::Transaction snapshot(from_, SQLite::TransactionBehavior::DEFERRED);
        for (const Job& job : list_jobs(from_)) {
            if (job.state == "done")
                jobs_.emplace(std::stoll(job.run_id), job);
            else
                failed_.push_back(job);
        }
        std::vector<RunText> runs = run_texts(from_, run_columns_);
        for (std::size_t next = 0; next < runs.size();)
            next = copy_some(runs, next);
        add_failed();
        return result_;
    }

private:
    using Known = std::map<std::string, std::int64_t>;

    /// What is in the store by now, by whomever.
    void look_again()
    {
        known_.clear();
        contents_.clear();
        for (RunText& run : run_texts(into_, run_columns_)) {
            ++known_[run.created_at + run.content];
            contents_.emplace(run.id, std::move(run.content));
        }
    }

    std::size_t copy_some(const std::vector<RunText>& runs, std::size_t next)
    {
        SQLite::Transaction transaction(into_, SQLite::TransactionBehavior::IMMEDIATE);
        if (next == 0 || into_.execAndGet("PRAGMA data_version").getInt64() != data_version_) {
            data_version_ = into_.execAndGet("PRAGMA data_version").getInt64();
            look_again();
            for (const RunText& run : std::span(runs).first(next)) // are there, and not once more
                --known_[run.created_at + run.content];
        }
        std::size_t end = std::min(next + runs_of_a_transaction, runs.size());
        for (; next < end; ++next)
            take(runs[next]);
        transaction.commit();
        return next;
    }

    void take(const RunText& run)
    {
        auto job = jobs_.find(run.id);
        if (job != jobs_.end()) {
            if (auto there = run_of_job(into_, job->second.key)) {
                ++result_.present;
                if (contents_[*there] != run.content)
                    result_.conflicts.push_back({fmt::format("{} on {}", job->second.target, job->second.chip), job->second.key,
                        std::to_string(run.id), std::to_string(*there)});
                return;
            }
        } else if (known_[run.created_at + run.content]-- > 0) {
            ++result_.present;
            return;
        }
        std::int64_t copied = copy(run.id);
        if (job != jobs_.end())
            write_job(into_, job->second, copied);
        contents_.emplace(copied, run.content);
        ++result_.added;
    }

    std::int64_t copy(std::int64_t old)
    {
        read_run_.reset();
        read_run_.bind(1, old);
        CHECK(read_run_.executeStep()); // in one snapshot with its id
        add_run_.reset();
        for (int i = 0; i < static_cast<int>(run_columns_.size()); ++i)
            bind_value(add_run_, i + 1, read_run_.getColumn(i));
        add_run_.exec();
        std::int64_t run = into_.getLastInsertRowid();
        for (RunRows& rows : rows_)
            rows.copy(old, run);
        return run;
    }

    void add_failed()
    {
        SQLite::Transaction transaction(into_, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement known(into_, "SELECT 1 FROM job WHERE key = ?");
        for (const Job& job : failed_) {
            known.reset();
            known.bind(1, job.key);
            if (known.executeStep())
                continue;
            write_job(into_, job, {});
            ++result_.failed_jobs;
        }
        known.reset();
        transaction.commit();
    }

    SQLite::Database& into_;
    SQLite::Database& from_;
    SharedRows strings_, costs_;
    std::vector<std::string> run_columns_;
    SQLite::Statement add_run_, read_run_;
    std::deque<RunRows> rows_;
    std::map<std::int64_t, Job> jobs_; // done, by run
    std::vector<Job> failed_;
    Known known_;
    std::map<std::int64_t, std::string> contents_; // by run of the target
    std::int64_t data_version_ = -1;
    MergeResult result_;
};

} // namespace

MergeResult merge(SQLite::Database& into, SQLite::Database& from, const std::string& schema)
{
    return Merger(into, from, schema).run();
}

} // namespace traces
