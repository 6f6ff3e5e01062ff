// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace mcu {

/// A chip file with every field, which keeps every rule.
inline const std::string example_chip = R"(name = "example"
title = "Example"
core = "cortex-m4"
accelerator = "ART"

[clock]
default = "40 MHz"
maximum = "80 MHz"
source = "manual 1"
grade = "datasheet"

[flash_wait_states]
steps = [
    { up_to = "30 MHz", wait_states = 0 },
    { up_to = "60 MHz", wait_states = 1 },
    { up_to = "80 MHz", wait_states = 2 },
]
source = "manual 2"
grade = "secondary"

[[cache]]
name = "lines"
line_bytes = 32
lines = 64
ways = 2
fill_bytes = 8
source = "manual 3"
grade = "measured"

[[region]]
name = "flash"
kind = "flash"
start = 0x0800_0000
size = "1 MiB"
instruction_cache = "lines"
data_cache = "lines"
source = "manual 4"
grade = "estimate"

[region.timing]
fetch_line_bytes = 8
read_wait = 5
write_wait = 6
prefetch = true
source = "manual 5"
grade = "datasheet"

[[region]]
name = "SRAM1"
kind = "sram"
start = 0x2000_0000
size = "96 KiB"
executable = false
source = "manual 6"
grade = "datasheet"

[[region]]
name = "SRAM2"
kind = "sram"
start = 0x1000_0000
alias = 0x2001_8000
size = "32 KiB"
source = "manual 7"
grade = "datasheet"

[region.timing]
load_chain_wait = 1
source = "manual 8"
grade = "measured"

[placement]
code = "flash"
weights = "flash"
arena = ["SRAM1", "SRAM1+SRAM2"]
stack = ["SRAM2"]

[error]
low = -0.1
high = 0.2
source = "a comparison"
)";

/// The example with its first `from` replaced.
inline std::string example_with(std::string_view from, std::string_view to)
{
    std::string text = example_chip;
    std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

} // namespace mcu
