// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace traces {

struct RunSummary;

/// The profile of one run, checked; none if there is no such run. Throws Damage (row_reader.h). The
/// caller holds a transaction, so that all tables are of the same moment.
std::optional<Profile> read_run(SQLite::Database& database, std::int64_t run);

std::vector<RunSummary> list_runs(SQLite::Database& database);

} // namespace traces
