// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/timing/executed_path.h"

#include "mcu_models/core_model.h"
#include "sim/timing/branch_predictor.h"

#include <algorithm>

namespace timing {
namespace {

constexpr std::size_t longest_path = 1000; // instructions: a case that loops for ever is a mistake

} // namespace

std::vector<Stretch> executed_path(const Case& timing_case, std::span<const std::uint8_t> code)
{
    std::vector<sim::Instruction> all = sim::Decoder().decode(code, timing_case.address);
    auto at = [&](std::uint32_t address) {
        return std::ranges::find(all, address, &sim::Instruction::address);
    };

    std::vector<Stretch> path;
    std::vector<std::uint32_t> return_addresses;
    std::size_t executed = 0, conditions = 0;
    auto in = all.begin();
    while (in != all.end() && executed < longest_path) {
        Stretch stretch {.address = in->address};
        while (in != all.end() && in->flow == sim::Flow::next) {
            ++in;
            ++executed;
        }
        if (in == all.end()) {
            stretch.size = all.back().end() - stretch.address;
            path.push_back(stretch);
            break;
        }
        ++executed;
        stretch.size = in->end() - stretch.address;
        auto next = in + 1;
        bool taken = true;
        switch (in->flow) {
        case sim::Flow::conditional_branch:
            taken = conditions < timing_case.taken.size() && timing_case.taken[conditions++];
            next = taken ? at(in->target) : next;
            break;
        case sim::Flow::branch:
            next = at(in->target);
            break;
        case sim::Flow::call:
            return_addresses.push_back(in->end());
            next = at(in->target);
            break;
        case sim::Flow::indirect:
            next = all.end();
            if (!return_addresses.empty()) {
                next = at(return_addresses.back());
                return_addresses.pop_back();
            }
            break;
        default:
            next = all.end();
        }
        stretch.left = taken ? sim::Left::by_branch : sim::Left::falling_through;
        path.push_back(stretch);
        in = next;
    }
    return path;
}

std::vector<sim::TimelineRow> timed(const Case& timing_case, std::span<const std::uint8_t> code,
    std::span<const Stretch> path, std::size_t cut)
{
    std::unique_ptr<sim::CoreTiming> core = sim::make_core_timing(mcu::load_core(timing_case.core));
    sim::BlockTable table;
    sim::Decoder decoder;
    sim::BranchPredictor predictor;
    sim::PipelineState state = sim::cold_pipeline;
    std::vector<sim::TimelineRow> rows;
    std::size_t operand = 0;
    std::uint32_t now = 0;

    auto time_block = [&](std::uint32_t address, std::uint32_t size, sim::Left left,
                          const sim::Block* before) -> const sim::Block& {
        std::span<const std::uint8_t> bytes = code.subspan(address - timing_case.address, size);
        sim::Block* block = table.find(address, size);
        if (!block)
            block = &table.add(bytes, address, before);
        std::vector<sim::OperandClass> classes;
        for (std::size_t i = 0; i < block->operands.size(); ++i, ++operand)
            classes.push_back(operand < timing_case.operands.size() ? timing_case.operands[operand]
                                                                    : sim::OperandClass {});
        sim::BlockTiming timing = core->time(*block, state, classes, left);
        state = timing.exit;

        std::size_t first = rows.size(), index = 0;
        for (const sim::Decoder::Line& line : decoder.disassemble(bytes, address))
            rows.push_back({line.text, now + timing.issue_at.at(index++), {}});
        for (const sim::Charge& charge : timing.charges)
            rows.at(first + charge.instruction).charges.push_back(charge);
        now += timing.cycles;
        if (timing.misprediction
            && predictor.counter_of(block->last()).resolve(left == sim::Left::by_branch, 1)) {
            rows.back().charges.push_back(
                {.cause = sim::Cause::branch_refill, .cycles = timing.misprediction});
            now += timing.misprediction;
        }
        return *block;
    };

    for (const Stretch& stretch : path) {
        std::uint32_t head = 0; // bytes before the cut
        std::size_t instruction = rows.size();
        for (const sim::Instruction& in :
            decoder.decode(code.subspan(stretch.address - timing_case.address, stretch.size),
                stretch.address)) {
            if (cut != 0 && instruction == cut)
                head = in.address - stretch.address;
            ++instruction;
        }
        const sim::Block* before = nullptr;
        if (head)
            before = &time_block(stretch.address, head, sim::Left::falling_through, nullptr);
        time_block(stretch.address + head, stretch.size - head, stretch.left, before);
    }
    return rows;
}

} // namespace timing
