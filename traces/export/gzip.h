// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace traces {

/// As a gzip file without name or time: the same bytes for the same content.
std::string gzip(std::string_view content);

} // namespace traces
