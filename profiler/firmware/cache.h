// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/file.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace firmware {

/// Files named by the hash of all that went into making them, so an entry never goes stale. Entries
/// appear whole or not at all, whatever happens to the process, and carry a hash of their content:
/// a damaged one counts as absent.
///
/// Not done: expiry. The folder may be deleted at any time.
class Cache {
public:
    explicit Cache(std::filesystem::path folder);

    /// MCUPROF_CACHE, else $XDG_CACHE_HOME/mcuprof, else ~/.cache/mcuprof. InputError if none of
    /// them is set.
    static std::filesystem::path default_folder();

    std::optional<base::ByteVector> find(std::string_view kind, const std::string& key) const;
    /// InputError if the folder cannot be written or the disk is full.
    void store(
        std::string_view kind, const std::string& key, std::span<const std::uint8_t> content) const;

private:
    std::filesystem::path path_of(std::string_view kind, const std::string& key) const;

    std::filesystem::path folder_;
};

/// The hash of parts, none of which can run into its neighbor.
class CacheKey {
public:
    void add(std::string_view part);
    std::string hex() const;

private:
    std::string hashes_;
};

} // namespace firmware
