// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace support {

/// Holds `actual` against the whole text of a file. With MCUPROF_REWRITE=1 in the environment the
/// file is written instead; the diff is then for people to judge.
void expect_text(const std::filesystem::path& expected, const std::string& actual);

} // namespace support
