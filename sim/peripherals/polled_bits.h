// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/instruction.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace sim {

/// A load of a register that firmware polls, and the bits it looks at.
struct PolledLoad {
    std::uint32_t instruction = 0; // address
    std::optional<std::uint32_t>
        bits; // of the word at the register; nothing if what follows the load does not tell

    bool operator==(const PolledLoad&) const = default;
};

/// The load of a block that reads `address`, as `registers` are when it does; nothing if there is
/// none. `code`: the block's bytes. The bits are told by a TST, AND, UBFX or LSLS with a branch on
/// its sign that soon follows.
std::optional<PolledLoad> find_polled_load(std::span<const Instruction> instructions, std::span<const std::uint8_t> code,
    std::uint32_t address, const std::array<std::uint32_t, 16>& registers);

/// "bit 17", "bits 16 and 17", "bits 0xff0": for messages.
std::string name_of_bits(std::uint32_t bits);

} // namespace sim
