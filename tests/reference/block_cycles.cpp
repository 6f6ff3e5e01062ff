// SPDX-License-Identifier: GPL-2.0-or-later
//
// block_cycles CORE: reads straight-line code from standard input, a block a line in hexadecimal, and prints what 100 turns
// of each cost behind each other, once the pipeline has settled, with memory that never waits.
#include "base/input_error.h"
#include "mcu_models/core_model.h"
#include "sim/decode/block.h"
#include "sim/timing/core_timing.h"

#include <charconv>
#include <iostream>

namespace {

std::vector<std::uint8_t> bytes_of(const std::string& line)
{
    std::vector<std::uint8_t> bytes(line.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char* digits = line.data() + 2 * i;
        if (std::from_chars(digits, digits + 2, bytes[i], 16).ptr != digits + 2)
            throw base::InputError("standard input", "expected hexadecimal digits, found '" + line + "'");
    }
    return bytes;
}

std::uint64_t settled_cycles(sim::CoreTiming& timing, const sim::Block& block)
{
    constexpr int to_settle = 20, counted = 100;
    std::vector<sim::OperandClass> operands(block.operands.size());
    sim::PipelineState state = sim::cold_pipeline;
    std::uint64_t cycles = 0;
    for (int turn = 0; turn < to_settle + counted; ++turn) {
        sim::BlockTiming one = timing.time(block, state, operands, sim::Left::falling_through);
        state = one.exit;
        cycles += turn < to_settle ? 0 : one.cycles;
    }
    return cycles;
}

} // namespace

int main(int count, char** arguments)
{
    try {
        std::unique_ptr<sim::CoreTiming> timing = sim::make_core_timing(mcu::load_core(count > 1 ? arguments[1] : ""));
        for (std::string line; std::getline(std::cin, line);) {
            sim::BlockTable table;
            std::vector<std::uint8_t> code = bytes_of(line);
            std::cout << settled_cycles(*timing, table.add(code, 0, nullptr)) << '\n';
        }
    } catch (const base::InputError& error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}
