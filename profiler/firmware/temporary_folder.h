// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>

namespace firmware {

/// A new folder in the system's place for temporary files, removed with all it holds unless it is
/// kept.
class TemporaryFolder {
public:
    /// InputError if none can be made.
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    void keep() { kept_ = true; }

private:
    std::filesystem::path path_;
    bool kept_ = false;
};

} // namespace firmware
