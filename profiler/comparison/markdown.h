// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace comparison {

/// Text as it stands in Markdown, in a table too: nothing in it is markup.
std::string markdown(std::string_view text);

} // namespace comparison
