// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/timing_class.h"

#include <cstdint>
#include <string_view>

namespace sim {

/// What an instruction is by its name without condition and width ("smlad", "ldrsb").
struct NamedInstruction {
    std::string_view name;
    TimingClass timing_class = TimingClass::unknown;
    std::uint8_t macs = 0; // multiply-accumulates; a plain multiply counts as one (Armv6-M has nothing else)
};

/// The row of this name; class `unknown` if there is none.
NamedInstruction named_instruction(std::string_view name);

} // namespace sim
