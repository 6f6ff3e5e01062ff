// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "tests/timing/timing_case.h"

#include "sim/decode/block.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace timing {

/// A stretch of the path: from where control arrived to where it left.
struct Stretch {
    std::uint32_t address = 0, size = 0;
    sim::Left left = sim::Left::falling_through;
};

/// The stretches that the instructions of `code` execute, by the case's directions.
std::vector<Stretch> executed_path(const Case& timing_case, std::span<const std::uint8_t> code);

/// One executed instruction and what it cost.
struct Row {
    std::string text;
    std::uint32_t begins_at = 0;
    std::vector<sim::Charge> charges;
};

/// Times the path. Each stretch is a block; `cut`, if not 0, cuts the `cut`-th executed instruction
/// off from those before it, which must make no difference.
std::vector<Row> timed(const Case& timing_case, std::span<const std::uint8_t> code,
    std::span<const Stretch> path, std::size_t cut);

/// Instructions below each other, cycles from left to right: a letter says what a cycle was spent
/// on, '=' that the instruction shares the cycle of the one before.
std::string timeline(std::span<const Row> rows);

} // namespace timing
