// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/instruction.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sim {

/// Thumb machine code to Instructions. Behind it is Capstone; nothing of it shows.
///
/// Not covered: Armv8.1-M (MVE, low-overhead loops), Arm state. What Capstone does not know becomes an
/// instruction of class `unknown`, two bytes, so that a block always decodes to its end.
class Decoder {
public:
    Decoder();
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    /// All of `code`, which starts at `address` and not inside an IT block.
    std::vector<Instruction> decode(std::span<const std::uint8_t> code, std::uint32_t address) const;

    /// Assembler text of each instruction of `code`, "ldr r1, [r4], #4".
    struct Line {
        std::uint32_t address = 0;
        int size = 2;
        std::string text;
    };
    std::vector<Line> disassemble(std::span<const std::uint8_t> code, std::uint32_t address) const;

private:
    struct Capstone;
    std::unique_ptr<Capstone> capstone_;
};

} // namespace sim
