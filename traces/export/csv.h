// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <string>
#include <string_view>
#include <vector>

namespace traces {

/// The lists of a profile that can be written as CSV: run, layers, functions, instructions, calls,
/// contexts, causes, traffic, power, arena, warnings, sources.
std::vector<std::string> csv_tables();

/// One list as comma-separated values (RFC 4180 with line feeds): a line of column names, as in the
/// store, then a line a row; cycles by cause are columns "cycles_<cause>". What is unknown is
/// empty. InputError: no such table.
std::string to_csv(const Profile& profile, std::string_view table);

/// A cell as it stands in such a file: quoted where it must be.
std::string csv_cell(std::string_view text);

} // namespace traces
