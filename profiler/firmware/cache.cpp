// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/cache.h"

#include "base/hash.h"
#include "base/input_error.h"

#include <algorithm>
#include <cstdlib>

namespace firmware {
namespace {

constexpr std::size_t hash_digits = 64; // an entry starts with the SHA-256 of the rest

std::optional<std::filesystem::path> folder_from(const char* variable)
{
    const char* value = std::getenv(variable);
    if (!value || !*value)
        return std::nullopt;
    return std::filesystem::path(value);
}

} // namespace

Cache::Cache(std::filesystem::path folder)
    : folder_(std::move(folder))
{
}

std::filesystem::path Cache::default_folder()
{
    if (auto folder = folder_from("MCUPROF_CACHE"))
        return *folder;
    if (auto folder = folder_from("XDG_CACHE_HOME"))
        return *folder / "mcuprof";
    if (auto folder = folder_from("HOME"))
        return *folder / ".cache" / "mcuprof";
    throw base::InputError(
        "MCUPROF_CACHE", "expected a folder for compiled firmware, as HOME is not set either");
}

std::filesystem::path Cache::path_of(std::string_view kind, const std::string& key) const
{
    return folder_ / kind / key.substr(0, 2) / key.substr(2);
}

std::optional<base::ByteVector> Cache::find(std::string_view kind, const std::string& key) const
{
    std::filesystem::path path = path_of(kind, key);
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return std::nullopt;
    base::ByteVector entry = base::read_bytes(path);
    if (entry.size() < hash_digits)
        return std::nullopt;
    base::ByteVector content(entry.begin() + hash_digits, entry.end());
    if (!std::ranges::equal(base::sha256_hex(content), std::span(entry).first(hash_digits)))
        return std::nullopt;
    return content;
}

void Cache::store(
    std::string_view kind, const std::string& key, std::span<const std::uint8_t> content) const
{
    std::filesystem::path path = path_of(kind, key);
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (error)
        throw base::InputError(path.parent_path().string(),
            "the cache folder cannot be made (" + error.message()
                + "); MCUPROF_CACHE names another place");

    std::string hash = base::sha256_hex(content);
    base::ByteVector entry(hash.begin(), hash.end());
    entry.insert(entry.end(), content.begin(), content.end());
    base::write_file(path, entry);
}

void CacheKey::add(std::string_view part) { hashes_ += base::sha256_hex(part); }

std::string CacheKey::hex() const { return base::sha256_hex(hashes_); }

} // namespace firmware
