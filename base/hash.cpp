// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/hash.h"

#include <nettle/sha2.h>

#include <array>

namespace base {

std::string sha256_hex(std::span<const std::uint8_t> bytes)
{
    sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, bytes.size(), bytes.data());
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest {};
    sha256_digest(&context, digest.size(), digest.data());
    return hex(digest);
}

std::string sha256_hex(std::string_view text)
{
    return sha256_hex(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::uint32_t crc32(std::span<const std::uint8_t> bytes)
{
    std::uint32_t crc = ~0u;
    for (std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

std::uint32_t fnv1a(std::span<const std::uint8_t> bytes)
{
    std::uint32_t hash = 2166136261u;
    for (std::uint8_t byte : bytes)
        hash = (hash ^ byte) * 16777619u;
    return hash;
}

std::string hex(std::span<const std::uint8_t> bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

} // namespace base
