// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"

#include <optional>
#include <string>
#include <string_view>

namespace mcu {

/// A chip file (docs/adding-a-chip.md) as a checked model; its clock is not set yet. InputError
/// with file:line.
ChipModel read_chip(std::string_view text, const std::string& where);

/// ChipModel::range_of for entries that may be wrong: none if a name is unknown or neighbors do not
/// touch.
std::optional<AddressRange> find_range(const ChipModel& chip, std::string_view placement_entry);

} // namespace mcu
