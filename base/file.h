// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace base {

using ByteVector = std::vector<std::uint8_t>;

inline constexpr std::size_t default_file_limit = std::size_t {256} << 20;

/// The whole file. InputError if it is missing, not a regular file, unreadable or larger than `limit`.
ByteVector read_bytes(const std::filesystem::path& path, std::size_t limit = default_file_limit);
std::string read_text(const std::filesystem::path& path, std::size_t limit = default_file_limit);

/// Writes beside the target and renames: the file holds all of `content` or what it held before. A device or a
/// pipe (/dev/stdout) is written as it is.
/// InputError (which names the path and the system's reason) if the disk is full or the folder is not writable.
void write_file(const std::filesystem::path& path, std::string_view content);
void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> content);

} // namespace base
