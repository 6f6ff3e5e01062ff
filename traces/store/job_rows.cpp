// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/store/job_rows.h"

#include "base/check.h"
#include "traces/store/row_reader.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>

namespace traces {

std::optional<std::int64_t> run_of_job(SQLite::Database& database, const std::string& key)
{
    SQLite::Statement query(
        database, "SELECT run_id FROM job WHERE key = ? AND run_id IS NOT NULL");
    query.bind(1, key);
    if (!query.executeStep())
        return std::nullopt;
    return query.getColumn(0).getInt64();
}

void write_job(SQLite::Database& database, const Job& job, std::optional<std::int64_t> run)
{
    CHECK(run.has_value() == (job.state == "done"));
    SQLite::Statement insert(database,
        "INSERT INTO job (key, target, chip, clock_hz, kernels, planner, placement, tool_version, "
        "state, run_id, "
        "failure, reason, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (key) DO UPDATE SET target = excluded.target, chip = excluded.chip, state = "
        "excluded.state, "
        "run_id = excluded.run_id, failure = excluded.failure, reason = excluded.reason, attempts "
        "= excluded.attempts");
    SQLite::bind(insert, job.key, job.target, job.chip, static_cast<std::int64_t>(job.clock_hz),
        job.kernels, job.planner, job.placement, job.tool_version, job.state);
    if (run)
        insert.bind(10, *run); // else not bound: NULL
    insert.bind(11, job.failure);
    insert.bind(12, job.reason);
    insert.bind(13, static_cast<std::int64_t>(job.attempts));
    insert.exec();
}

std::vector<Job> list_jobs(SQLite::Database& database)
{
    RowReader row(database,
        "SELECT key, target, chip, clock_hz, kernels, planner, placement, tool_version, state, "
        "ifnull(run_id, 0), failure, reason, attempts FROM job ORDER BY id");
    std::vector<Job> jobs;
    while (row.next()) {
        Job& job = jobs.emplace_back();
        row("key", job.key);
        row("target", job.target);
        row("chip", job.chip);
        row("clock_hz", job.clock_hz);
        row("kernels", job.kernels);
        row("planner", job.planner);
        row("placement", job.placement);
        row("tool_version", job.tool_version);
        row("state", job.state);
        std::uint64_t run = 0;
        row("run_id", run);
        if (run > 0)
            job.run_id = std::to_string(run);
        row("failure", job.failure);
        row("reason", job.reason);
        row("attempts", job.attempts);
        if (jobs.size() > most_rows_of_a_list)
            throw Damage {fmt::format("table job has more than {} rows", most_rows_of_a_list)};
    }
    return jobs;
}

} // namespace traces
