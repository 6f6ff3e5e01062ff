// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/polled_bits.h"

#include <fmt/format.h>

#include <bit>

namespace sim {
namespace {

constexpr std::size_t furthest_test = 3;     // instructions after the load
constexpr std::uint16_t minus = 4, plus = 5; // conditions of a branch on the sign

/// Instructions of a block as the numbers they are encoded in. Armv7-M ARM, A7.7.
class Encodings {
public:
    Encodings(std::span<const Instruction> instructions, std::span<const std::uint8_t> code)
        : instructions_(instructions)
        , code_(code)
    {
    }
    std::uint16_t first(std::size_t i) const { return half(instructions_[i].address); }
    std::uint16_t second(std::size_t i) const { return half(instructions_[i].address + 2); }
    bool wide(std::size_t i) const { return instructions_[i].size == 4; }

private:
    std::uint16_t half(std::uint32_t address) const
    {
        std::uint32_t offset = address - instructions_.front().address;
        return offset + 1 < code_.size()
            ? static_cast<std::uint16_t>(code_[offset] | code_[offset + 1] << 8)
            : 0;
    }
    std::span<const Instruction> instructions_;
    std::span<const std::uint8_t> code_;
};

/// ThumbExpandImm of i:imm3:imm8 (A5.3.2).
std::uint32_t expanded_immediate(std::uint16_t first, std::uint16_t second)
{
    std::uint32_t byte = second & 0xff, pattern = (first >> 10 & 1) << 3 | (second >> 12 & 7);
    switch (pattern) {
    case 0:
        return byte;
    case 1:
        return byte << 16 | byte;
    case 2:
        return byte << 24 | byte << 8;
    case 3:
        return byte << 24 | byte << 16 | byte << 8 | byte;
    default:
        return std::rotr(byte | 0x80u, static_cast<int>(pattern << 1 | byte >> 7));
    }
}

bool branches_on_sign(const Encodings& code, std::size_t i)
{
    std::uint16_t first = code.first(i);
    if (!code.wide(i)) // B<cond>
        return first >> 12 == 0xd && ((first >> 8 & 0xf) == minus || (first >> 8 & 0xf) == plus);
    bool conditional
        = first >> 11 == 0x1e && (code.second(i) >> 14 == 2) && !(code.second(i) >> 12 & 1);
    return conditional && ((first >> 6 & 0xf) == minus || (first >> 6 & 0xf) == plus);
}

/// The bits of register `value` that instruction `i` looks at.
std::optional<std::uint32_t> tested_bits(std::span<const Instruction> instructions, const Encodings& code, std::size_t i,
    Register value, const std::array<std::uint32_t, 16>& registers, RegisterSet changed)
{
    std::uint16_t first = code.first(i);
    if (code.wide(i)) {
        std::uint16_t second = code.second(i);
        if ((first & 0x0f) != value || second >> 15)
            return std::nullopt;
        if ((first & 0xfbe0) == 0xf000) // AND, TST (immediate)
            return expanded_immediate(first, second);
        if ((first & 0xfff0) == 0xf3c0) { // UBFX
            std::uint32_t low = (second >> 12 & 7) << 2 | (second >> 6 & 3),
                          width = (second & 0x1f) + 1u;
            return low + width <= 32 ? std::optional((width == 32 ? ~0u : (1u << width) - 1) << low)
                                     : std::nullopt;
        }
        return std::nullopt;
    }
    if ((first & 0xf800) == 0 && (first >> 3 & 7) == value && i + 1 < instructions.size()
        && branches_on_sign(code, i + 1))
        return 1u << (31 - (first >> 6 & 0x1f));                    // LSLS
    if ((first & 0xffc0) == 0x4200 || (first & 0xffc0) == 0x4000) { // TST, ANDS (register)
        Register a = first & 7, b = first >> 3 & 7;
        Register mask = a == value ? b : a;
        if ((a == value || b == value) && mask != value && !(changed & set_of(mask)))
            return registers[mask];
    }
    return std::nullopt;
}

bool reads_from(
    const Access& access, std::uint32_t address, const std::array<std::uint32_t, 16>& registers)
{
    if (access.kind != Access::Kind::load || access.count != 1 || access.base >= 15
        || access.first >= 15)
        return false;
    std::uint32_t at = registers[access.base] + static_cast<std::uint32_t>(access.displacement);
    if (access.index != no_register)
        at += registers[access.index] << access.shift;
    return at == address;
}

} // namespace

std::string name_of_bits(std::uint32_t bits)
{
    int low = std::countr_zero(bits), high = 31 - std::countl_zero(bits);
    switch (std::popcount(bits)) {
    case 1:
        return fmt::format("bit {}", low);
    case 2:
        return fmt::format("bits {} and {}", low, high);
    default:
        return fmt::format("bits {:#x}", bits);
    }
}

std::optional<PolledLoad> find_polled_load(std::span<const Instruction> instructions, std::span<const std::uint8_t> code,
    std::uint32_t address, const std::array<std::uint32_t, 16>& registers)
{
    Encodings encodings(instructions, code);
    for (std::size_t load = 0; load < instructions.size(); ++load) {
        const Access& access = instructions[load].access;
        if (!reads_from(access, address, registers))
            continue;
        PolledLoad found {.instruction = instructions[load].address, .bits = {}};
        RegisterSet changed = set_of(access.first);
        for (std::size_t i = load + 1; i < instructions.size() && i <= load + furthest_test;
             ++i) {
            found.bits = tested_bits(instructions, encodings, i, access.first, registers, changed);
            if (found.bits || instructions[i].writes & set_of(access.first))
                break;
            changed |= instructions[i].writes;
        }
        if (found.bits)
            *found.bits <<= 8 * (address & 3);
        return found;
    }
    return std::nullopt;
}

} // namespace sim
