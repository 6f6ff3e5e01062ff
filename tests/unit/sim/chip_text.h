// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/chip_model.h"

#include <string>

namespace sim_tests {

/// A chip made up for a test: code in flash at 0, data in SRAM at 0x20000000.
struct ChipShape {
    std::string core = "cortex-m4";
    unsigned wait_states = 0; // of flash
    unsigned fetch_line_bytes = 8;
    bool prefetch = false;
    std::string caches {};       // [[cache]] tables
    std::string flash_caches {}; // "instruction_cache = ..." lines of the flash
    unsigned slow_read_wait = 0, slow_write_wait = 0; // of a second bank, at 0x30000000
    std::string slow_caches {};
    std::string devices {}; // [[peripheral]] and other tables
    unsigned first_sram_kib = 128; // the rest is a bank of its own right behind, as slow as the second
};

mcu::ChipModel chip_of(const ChipShape& shape);

/// A [[cache]] table.
std::string cache_table(const std::string& name, unsigned line_bytes, unsigned lines, unsigned ways,
    unsigned fill_bytes = 0);

} // namespace sim_tests
