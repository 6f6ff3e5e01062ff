// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/elf_image.h"

#include <cstdint>
#include <string>
#include <vector>

namespace record {

/// First addresses of the functions whose name the pattern matches somewhere (`--layers`), rising.
/// The pattern is an ECMAScript regular expression without back-references, so that no pattern
/// takes forever.
///
/// InputError: no such expression, or nothing of that name.
std::vector<std::uint32_t> functions_matching(
    const std::string& pattern, const sim::ElfImage& image);

} // namespace record
