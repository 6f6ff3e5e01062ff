// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace base {

/// A file that is part of the program (cmake/EmbedFiles.cmake): chip files, kernels, the SQL schema.
/// `path` is relative to the folder it was embedded from.
struct EmbeddedFile {
    std::string_view path;
    std::string_view content;
};

} // namespace base
