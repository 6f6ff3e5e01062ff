// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <string_view>

namespace profiler {

/// Prints a page of ours as PDF, by a browser that is on PATH (chromium, google-chrome), without a
/// window and without a network. InputError if there is none, or if it fails (with its last line).
void print_pdf(std::string_view page, const std::filesystem::path& file);

} // namespace profiler
