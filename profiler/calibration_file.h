// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "mcu_models/power_model.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace profiler {

/// What `mcuprof calibrate` found of one board, as a small TOML file: beside the chip's file, or for chips that come with
/// mcuprof in the user's folder ($XDG_CONFIG_HOME/mcuprof/calibrations, else ~/.config/mcuprof/calibrations).
std::filesystem::path calibration_path(std::string_view chip_as_given);

std::string calibration_text(const mcu::Calibration& calibration, const mcu::ChipModel& chip);
/// InputError with file and line: not such a file, of another chip, figures beyond reason.
mcu::Calibration parse_calibration(std::string_view text, const std::string& where, std::string_view chip);

/// Uses the calibration in `file`, or without one that of the chip's usual place if there is one; "none" uses none.
void use_calibration(mcu::ChipModel& chip, std::string_view chip_as_given, const std::string& file);

} // namespace profiler
