// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/register_model.h"
#include "mcu_models/toml_reader.h"

#include <vector>

namespace mcu {

/// What the [[peripherals]] tables of a chip file list: each peripheral names its kind, a file of
/// mcu_models/peripherals/, or has its registers itself. InputError with file:line.
std::vector<PeripheralModel> read_peripherals(const TomlTable& chip_file);

/// Its [[register_window]] tables.
std::vector<RegisterWindow> read_register_windows(const TomlTable& chip_file);

} // namespace mcu
