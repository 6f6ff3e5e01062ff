// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <SQLiteCpp/Database.h>

#include <string>

namespace traces {

/// Brings a store of an earlier version to the schema given: every table is made anew and gets the
/// old rows; what is new has its default, or the empty text. Tables and views that users added
/// stay; indexes and triggers that they put on tables of ours do not.
///
/// The caller holds the transaction that makes it all or nothing, and has switched foreign keys
/// off. Rows that the new schema does not allow end in a SQLite::Exception.
void migrate(SQLite::Database& database, const std::string& schema);

} // namespace traces
