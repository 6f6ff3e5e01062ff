// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/text_style.h"
#include "traces/profile.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// Code with what it cost: source lines, basic blocks.
namespace report {

/// The text of a source file, by the name that the compiler noted; none if it is not there.
using SourceReader = std::function<std::optional<std::string>(const std::string& file)>;

/// Every source file whose name ends in `file` (whole parts of the path): its lines with counts,
/// cycles, causes, and their text where the file can be read. A count is how often the most
/// frequent instruction of the line ran. InputError, with the files that cost most, if there is no
/// such file.
std::string line_listing(const traces::Profile& profile, std::string_view file,
    const SourceReader& read, TextStyle style = {});

/// The basic blocks that cost most: instructions that ran equally often one after the other, up to
/// a branch or to where one leads.
std::string block_table(
    const traces::Profile& profile, TextStyle style = {}, std::size_t most = 40);

} // namespace report
