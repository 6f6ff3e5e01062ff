// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace base {

/// The names most like `wrong`, best first, as "did you mean a, b or c?"; empty if none is near.
std::string suggestion(std::string_view wrong, std::span<const std::string> names);

} // namespace base
