// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/meter.h"
#include "tests/support/assembler.h"
#include "tests/unit/sim/assembled_code.h"

#include <gtest/gtest.h>

namespace {

using namespace sim;

/// What the first turn of the block costs, all its operands at `data`.
std::uint64_t cold_cycles(Meter& meter, const Block& block, std::uint32_t data)
{
    std::vector<Recipe::Stream> streams(block.singles.groups.size(), Recipe::Stream {data, 0});
    std::uint64_t before = meter.now().count();
    meter.add(BlockRun {.block = &block, .turns = 1, .grouping = &block.singles, .streams = streams, .skipped = {}, .left_by_branch = true});
    return meter.now().count() - before;
}

TEST(Meter, NoTurnIsLongerThanItsLongest)
{
    SKIP_WITHOUT_ASSEMBLER();
    std::vector<std::uint8_t> code = sim_tests::machine_code("ldm.w r0!, {r1-r4}\n stm r0!, {r1-r4}\n ldrb r1, [r0]\n strb r1, [r0]\n");
    for (const std::string& name : mcu::chip_names()) {
        mcu::ChipModel chip = mcu::load_chip(name);
        for (const mcu::Region& code_bank : chip.regions)
            for (const mcu::Region& data_bank : chip.regions) {
                Meter meter(chip);
                BlockTable table;
                // The first instruction lies in two lines, and so do all the operands.
                const Block& block = table.add(code, code_bank.start + 62, nullptr);
                std::uint64_t longest = meter.longest_turn(block);
                EXPECT_LE(cold_cycles(meter, block, data_bank.start + 62), longest) << name << ", code in " << code_bank.name << ", data in " << data_bank.name;
            }
    }
}

} // namespace
