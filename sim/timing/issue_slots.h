// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/decode/instruction.h"

#include <cstdint>

namespace sim {

/// What decides whether two instructions of a Cortex-M7 may share a cycle, as far as their kinds do: what each occupies and
/// what it does not tolerate beside it. Dependences are the scoreboard's matter.
struct IssueSlot {
    std::uint16_t occupies = 0, excludes = 0; // sets of units, see issue_slots.cpp
    // Of a load of words, for the rule that two loads need two banks (bit 2 of the address): base and offset modulo 8.
    // No base: not known before it runs, taken to collide.
    Register bank_base = no_register;
    std::uint8_t bank_offset = 0;
    auto operator<=>(const IssueSlot&) const = default;
};

IssueSlot slot_of(const Instruction& instruction);
bool issues_alone(const Instruction& instruction);
/// May `younger` issue in the cycle of `older`, before it in the program?
bool kinds_pair(const IssueSlot& older, const IssueSlot& younger);
/// Does it keep the shifter in front of the ALUs busy?
bool occupies_shifter(const IssueSlot& slot);

} // namespace sim
