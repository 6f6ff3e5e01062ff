// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <SQLiteCpp/Database.h>

#include <cstdint>

namespace traces {

/// Puts one run into the tables and returns its id. The caller holds the transaction that makes it
/// all or nothing.
std::int64_t write_run(SQLite::Database& database, const Profile& profile);

} // namespace traces
