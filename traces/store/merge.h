// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/trace_store.h"

#include <SQLiteCpp/Database.h>

#include <string>

namespace traces {

/// Copies what `from` has and `into` has not: both are stores of this schema. Transactions of some runs each: ended early it
/// has done a part, and doing it again does the rest. Rows are copied as they are, checked by the tables' constraints and
/// again when a run is read. Tables of users stay where they are.
MergeResult merge(SQLite::Database& into, SQLite::Database& from, const std::string& schema);

} // namespace traces
