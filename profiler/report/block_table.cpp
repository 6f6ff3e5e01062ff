// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/code_tables.h"
#include "profiler/report/cost_text.h"
#include "profiler/report/fitted_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace report {
namespace {

using base::Align;
using traces::Instruction;
using traces::Profile;

struct Block {
    const Instruction* first = nullptr;
    std::size_t instructions = 0;
    std::uint64_t executions = 0, cycles = 0;
    traces::Costs costs;
};

std::string_view mnemonic(const Instruction& instruction)
{
    std::string_view text = instruction.text;
    return text.substr(0, text.find_first_of(" \t"));
}

bool loads_pc(std::string_view text)
{
    return text.starts_with("pop") ? text.find("pc}") != text.npos
        : text.starts_with("ldm")  ? text.find("pc}") != text.npos
                                   : text.find(" pc,") != text.npos && text.starts_with("ldr");
}

/// Ends a block: branches, calls, returns, table branches, traps.
bool ends_block(const Instruction& instruction)
{
    std::string_view name = mnemonic(instruction);
    constexpr std::array never = {"bic", "bfc", "bfi"};
    for (std::string_view prefix : never)
        if (name.starts_with(prefix))
            return false;
    return name.starts_with("b") || name.starts_with("cbz") || name.starts_with("cbnz")
        || name.starts_with("tb") || name.starts_with("svc") || name.starts_with("udf")
        || loads_pc(instruction.text);
}

/// Where a branch leads, as its text says: "bne #0x8000120", "cbz r0, 0x8000120".
std::optional<std::uint32_t> target_of(const Instruction& instruction)
{
    std::string_view text = instruction.text;
    std::size_t at = text.find_last_of(" #\t");
    if (!ends_block(instruction) || at == text.npos)
        return {};
    std::string_view number = text.substr(at + 1);
    bool hexadecimal = number.starts_with("0x");
    if (hexadecimal)
        number.remove_prefix(2);
    std::uint32_t target = 0;
    auto [end, error] = std::from_chars(
        number.data(), number.data() + number.size(), target, hexadecimal ? 16 : 10);
    return error == std::errc {} && end == number.data() + number.size() ? std::optional(target)
                                                                         : std::nullopt;
}

std::vector<Block> blocks_of(const std::vector<Instruction>& instructions)
{
    std::set<std::uint32_t> targets;
    for (const Instruction& instruction : instructions)
        if (std::optional<std::uint32_t> target = target_of(instruction))
            targets.insert(*target);
    std::vector<Block> blocks;
    const Instruction* last = nullptr;
    for (const Instruction& instruction : instructions) {
        bool follows = last
            && last->address + static_cast<std::uint32_t>(last->size) == instruction.address
            && last->executions == instruction.executions && last->function == instruction.function
            && !ends_block(*last) && !targets.contains(instruction.address);
        if (!follows)
            blocks.push_back(
                {.first = &instruction, .executions = instruction.executions, .costs = {}});
        Block& block = blocks.back();
        ++block.instructions;
        block.cycles += instruction.cycles;
        add_costs(block.costs, instruction.cycles_by_cause);
        last = &instruction;
    }
    return blocks;
}

} // namespace

std::string block_table(const Profile& profile, TextStyle style, std::size_t most)
{
    Paint paint(style);
    std::vector<Instruction> instructions = profile.instructions;
    std::ranges::stable_sort(instructions, {}, &Instruction::address);
    std::vector<Block> blocks = blocks_of(instructions);
    std::ranges::stable_sort(blocks, std::greater {}, &Block::cycles);
    FittedTable table({{"address"}, {"instructions", Align::right, 5}, {"count"}, {"cycles"},
        {"each"}, {"share"}, {"", Align::left, 1}, {"function", Align::left, 0, 20},
        {"waits", Align::left, 3, 16}, {"source", Align::left, 2, 16}});
    for (std::size_t i = 0; i < std::min(most, blocks.size()); ++i) {
        const Block& block = blocks[i];
        double share = share_of_run(block.cycles, profile);
        table.add_row(
            {fmt::format("{:08x}", block.first->address), fmt::format("{}", block.instructions),
                base::scaled(real(block.executions)), base::scaled(real(block.cycles)),
                block.executions == 0
                    ? ""
                    : fmt::format("{:.2f}", real(block.cycles) / real(block.executions)),
                percent(share, 1), paint.bar(base::bar(share, bar_width)),
                printable(block.first->function), waits_text(block.costs, block.cycles),
                place_text(block.first->file, block.first->line)});
    }
    std::string text = table.text(style.width);
    if (blocks.size() > most)
        text += fmt::format("  ... {} more blocks\n", blocks.size() - most);
    return text;
}

} // namespace report
