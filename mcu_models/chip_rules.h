// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "mcu_models/toml_reader.h"

#include <vector>

namespace mcu {

/// Holds every rule that a chip file must keep beyond its fields being there; InputError with the
/// line of what breaks one. `file` is where the chip was read from, `caches` its [[cache]] tables.
void reject_what_cannot_be(
    const TomlTable& file, const ChipModel& chip, const std::vector<Cache>& caches);

} // namespace mcu
