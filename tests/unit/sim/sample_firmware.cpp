// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/sim/sample_firmware.h"

#include "tests/support/assembler.h"

#include <fmt/format.h>

namespace sim_tests {

std::unique_ptr<sim::ElfImage> firmware(
    const mcu::ChipModel& chip, std::string_view body, std::string_view functions)
{
    mcu::AddressRange code = chip.range_of(chip.placement.code);
    mcu::AddressRange stack = chip.range_of(chip.placement.stack.front());
    std::string source
        = fmt::format("vectors {:#x}\nfunction start\n{}\n.pool\nendfunction start\n{}\n",
            stack.start + stack.size, body, functions);
    return std::make_unique<sim::ElfImage>(
        support::assemble(source, chip.core.compiler_flags, code.start), "test.elf");
}

} // namespace sim_tests
