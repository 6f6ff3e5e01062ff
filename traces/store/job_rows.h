// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/job.h"

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace traces {

/// The run of the job of this key, if it is done.
std::optional<std::int64_t> run_of_job(SQLite::Database& database, const std::string& key);

/// Puts the job's row in place of an earlier one of the same key. The caller holds the transaction.
void write_job(SQLite::Database& database, const Job& job, std::optional<std::int64_t> run);

/// In the order they were written first. Throws Damage (row_reader.h).
std::vector<Job> list_jobs(SQLite::Database& database);

} // namespace traces
