// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"
#include "sim/elf_image.h"

#include <memory>
#include <string>
#include <string_view>

namespace sim_tests {

/// A program for a chip: `body` is what the function `start` does; `functions` follow it. Linked to
/// the chip's flash, its stack at the end of the first RAM.
std::unique_ptr<sim::ElfImage> firmware(
    const mcu::ChipModel& chip, std::string_view body, std::string_view functions = {});

} // namespace sim_tests
