// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"

#include <string_view>

namespace mcu {

/// Moves parts of a network's firmware on the chip: "weights=DTCM,code=itcm". Parts: code (all
/// functions but start-up), weights, arena, stack, data (.data and .bss); what is not named stays
/// where the chip's file wants it.
///
/// A place is a region by name, neighbors joined by '+', or a role: flash, sram, external (the
/// first region of that kind); in any case of letters. Code and weights in memory that can be
/// written are copied there at start-up.
///
/// InputError: not of that form, no such part (nearest) or place (list), a part twice, a place that
/// cannot serve (code in memory that is not executable, an arena in flash), one memory through two
/// ports.
void apply_placement(ChipModel& chip, std::string_view request);

} // namespace mcu
