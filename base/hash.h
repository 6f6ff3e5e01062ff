// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace base {

/// SHA-256 as 64 hex digits: names contents in the cache and in profiles.
std::string sha256_hex(std::span<const std::uint8_t> bytes);
std::string sha256_hex(std::string_view text);

/// CRC-32 as in zlib and PNG (polynomial 0xedb88320): the short name of an output tensor.
std::uint32_t crc32(std::span<const std::uint8_t> bytes);

/// 32-bit FNV-1a, as golden outputs use it.
std::uint32_t fnv1a(std::span<const std::uint8_t> bytes);

/// Lower-case hex digits, two a byte.
std::string hex(std::span<const std::uint8_t> bytes);

} // namespace base
