// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>

namespace sim {

/// Peripheral registers nobody models: they read back what was written, and zero before.
class RegisterFile {
public:
    std::uint32_t read(std::uint32_t address) const
    {
        auto found = words_.find(address & ~3u);
        return found == words_.end() ? 0 : found->second >> (8 * (address & 3));
    }
    void write(std::uint32_t address, std::uint32_t value, unsigned bytes)
    {
        std::uint32_t shift = 8 * (address & 3);
        std::uint32_t mask = (bytes >= 4 ? ~0u : (1u << (8 * bytes)) - 1) << shift;
        std::uint32_t& word = words_[address & ~3u];
        word = (word & ~mask) | ((value << shift) & mask);
    }
    void preset(std::uint32_t address, std::uint32_t value) { words_[address] = value; }

private:
    std::map<std::uint32_t, std::uint32_t> words_;
};

} // namespace sim
