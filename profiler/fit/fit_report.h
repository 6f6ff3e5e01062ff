// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "profiler/fit/fit.h"

#include <cstddef>
#include <optional>
#include <string>

namespace fit {

/// What was asked, for the heading.
struct Question {
    std::string family, kernels;
    std::optional<int> classes;
    Limits limits;
};

std::string text_of(
    const Result& result, const Question& question, const mcu::ChipModel& chip, std::size_t width);
/// Schema 1; docs/cli.md names the keys.
std::string json_of(const Result& result, const Question& question, const mcu::ChipModel& chip);

} // namespace fit
