// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "tests/timing/timing_case.h"

#include "sim/decode/block.h"
#include "sim/timing/timeline.h"

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

/// Times the path. Each stretch is a block; `cut`, if not 0, cuts the `cut`-th executed instruction
/// off from those before it, which must make no difference.
std::vector<sim::TimelineRow> timed(const Case& timing_case, std::span<const std::uint8_t> code,
    std::span<const Stretch> path, std::size_t cut);

} // namespace timing
