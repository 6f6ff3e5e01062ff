// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/memory/bit_band.h"

namespace sim {
namespace {

constexpr std::uint32_t shows = 0x20000000;

struct Bit {
    std::uint32_t byte, number;
};

Bit bit_at(std::uint32_t address)
{
    std::uint32_t bit = (address - sram_bit_band.start) / 4;
    return {shows + bit / 8, bit % 8};
}

} // namespace

std::uint32_t read_bit_band(const MemoryMap& memory, std::uint32_t address)
{
    Bit bit = bit_at(address);
    return memory.read(bit.byte, 1).value_or(0) >> bit.number & 1;
}

void write_bit_band(MemoryMap& memory, std::uint32_t address, std::uint32_t value)
{
    Bit bit = bit_at(address);
    std::uint32_t byte = memory.read(bit.byte, 1).value_or(0) & ~(1u << bit.number);
    memory.write(bit.byte, byte | (value & 1) << bit.number, 1);
}

} // namespace sim
