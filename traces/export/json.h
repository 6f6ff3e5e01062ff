// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <string>

namespace traces {

/// What a reader may ask for beyond the contract.
enum class JsonDetail { layers, instructions };

/// The profile as JSON, schema 1 (docs/trace-schema.md): stable key order, the same bytes for the
/// same profile. What is unknown is null, never 0. Text that is not UTF-8 (the firmware may print
/// anything) has its bad bytes replaced. Ends with a newline.
std::string to_json(const Profile& profile, JsonDetail detail = JsonDetail::layers);

} // namespace traces
