// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace firmware {

/// A file of a generated C project, path relative to its root.
struct SourceFile {
    std::string path;
    std::string content;
    bool operator==(const SourceFile&) const = default;
};

/// The file of kernels/ with this path, as it was when mcuprof was built. Not there: a bug.
std::string_view kernel_file(std::string_view path);

/// Of all files of kernels/: which kernels these are.
const std::string& kernels_sha256();

/// Headers that `source` (a file of kernels/) includes, and those that they include; sorted paths
/// below kernels/.
std::vector<std::string> headers_of(std::string_view source);

} // namespace firmware
