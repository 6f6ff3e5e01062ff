// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/job.h"
#include "traces/profile.h"
#include "traces/query_result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace traces {

/// A run without its lists: what a table of runs shows.
struct RunSummary {
    RunInfo run;
    Totals total;
    MemoryUse memory;
    bool operator==(const RunSummary&) const = default;
};

/// What came of joining a store with another.
struct MergeResult {
    /// A job that both have done, with different results: the one that was there stays.
    struct Conflict {
        std::string job, key, run, run_there; // run: in the store that was to be added
    };
    std::size_t added = 0, present = 0, failed_jobs = 0; // runs copied, runs there already; jobs without a run copied
    std::vector<Conflict> conflicts;
};

/// A SQLite file of profiles (schema.sql): adds runs, reads them back, brings the stores of earlier
/// versions up to date, refuses a schema it does not know.
///
/// A run is there as a whole or not at all: a process that is killed, a full disk or another writer
/// cannot leave half of one. Several processes may write at once; they wait for each other. Not for
/// network file systems, where SQLite's locks are not to be trusted. One object belongs to one
/// thread at a time.
///
/// Every trouble with the file is an InputError that names it. What is read is checked: a damaged
/// or hostile file ends in an InputError, never in a wrong profile.
class TraceStore {
public:
    enum class Access { read, write };

    /// With write access a missing or empty file becomes a store.
    explicit TraceStore(std::filesystem::path path, Access access = Access::write);
    ~TraceStore();
    TraceStore(TraceStore&&) noexcept;
    TraceStore& operator=(TraceStore&&) noexcept;

    /// Returns the id that the run got; what `profile.run.id` says is not looked at. The profile's
    /// sums must agree (find_unbalanced_sum). Costs of zero are not kept per row.
    std::string add(const Profile& profile);
    /// The same as the result of a job, run and job in one transaction. If the job is done already, by whomever, nothing is
    /// added and the run that is there is named. Of `job` neither state nor run nor failure is looked at.
    std::string add(const Profile& profile, Job job);
    /// A job without a run: it says why (`failure`, `reason`). Nothing happens if the job is done.
    void add_failure(Job job);
    /// Jobs of batches, in the order they were met first.
    std::vector<Job> jobs() const;
    Profile read(std::string_view id) const;
    /// Oldest first.
    std::vector<RunSummary> list() const;
    void remove(std::string_view id);
    /// What one SELECT of a user answers; anything that would not only read is refused. InputError.
    QueryResult query(const std::string& sql) const;

    /// Adds the runs and jobs of another store that this one does not have; doing it again adds nothing. Jobs are the same
    /// if their keys are, other runs if all that is said once about them is, with the time they were made.
    MergeResult merge(TraceStore& other);

    /// Reads the whole file; says what is wrong with it, one sentence each. Empty: nothing.
    std::vector<std::string> find_damage() const;

private:
    class Connection;
    std::unique_ptr<Connection> connection_;
};

} // namespace traces
