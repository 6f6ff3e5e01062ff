// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/query_result.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>

namespace traces {

/// Runs one statement of a user that only reads; whatever else it tries (write, attach, set a pragma)
/// is refused by SQLite before it runs. InputError that begins with "sql".
QueryResult run_user_query(SQLite::Database& database, const std::string& sql);

} // namespace traces
