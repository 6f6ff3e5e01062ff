// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/timing/timeline.h"

#include "sim/decode/decoder.h"

#include <fmt/format.h>

#include <algorithm>

namespace sim {
namespace {

constexpr std::string_view letters = "Ihflsbmezu";
static_assert(letters.size() == cause_count);

std::string head(std::size_t text_width, std::uint32_t from, std::uint32_t cycles)
{
    std::string text = fmt::format("{:<{}}  ", from == 0 ? "cycle" : fmt::format("cycle {}", from), text_width);
    for (std::uint32_t cycle = from; cycle < from + cycles; ++cycle)
        text += static_cast<char>('0' + cycle % 10);
    return text + '\n';
}

std::string cells_of(const TimelineRow& row, std::uint32_t from)
{
    std::uint32_t begins_at = row.begins_at - std::min(from, row.begins_at);
    std::string cells(begins_at, ' ');
    for (const Charge& charge : row.charges)
        cells += std::string(charge.cycles, letter_of(charge.cause));
    if (row.charges.empty()) {
        cells.resize(begins_at ? begins_at - 1 : 0);
        cells += '=';
    }
    return cells;
}

std::string costs_of(const TimelineRow& row)
{
    std::vector<Charge> by_cause; // as they first come
    for (const Charge& charge : row.charges) {
        auto known = std::ranges::find(by_cause, charge.cause, &Charge::cause);
        if (known == by_cause.end())
            by_cause.push_back(charge);
        else
            known->cycles += charge.cycles;
    }
    std::string costs;
    for (const Charge& charge : by_cause)
        costs += fmt::format("{}{} {}", costs.empty() ? "" : ", ", causes[static_cast<std::size_t>(charge.cause)].name, charge.cycles);
    return costs.empty() ? "nothing" : costs;
}

std::string total_of(std::span<const TimelineRow> rows)
{
    CycleAccount total;
    for (const TimelineRow& row : rows)
        for (const Charge& charge : row.charges)
            total.charge(charge.cause, base::Cycles(charge.cycles));
    std::string sum;
    for (const CauseInfo& info : causes)
        if (std::uint64_t part = total[info.cause].count())
            sum += fmt::format("{}{} {}", sum.empty() ? "" : " + ", info.name, part);
    return fmt::format("total {} = {}\n", total.total().count(), sum);
}

} // namespace

std::uint32_t TimelineRow::cycles() const
{
    std::uint32_t sum = 0;
    for (const Charge& charge : charges)
        sum += charge.cycles;
    return sum;
}

char letter_of(Cause cause) { return letters[static_cast<std::size_t>(cause)]; }

std::string timeline_text(std::span<const TimelineRow> rows, std::uint32_t width)
{
    std::size_t text_width = 5;
    for (const TimelineRow& row : rows)
        text_width = std::max(text_width, row.text.size());
    std::string text, total = total_of(rows);
    while (!rows.empty()) {
        std::uint32_t from = text.empty() ? 0 : rows.front().begins_at, cycles = 0;
        std::size_t count = 0;
        for (const TimelineRow& row : rows) { // at least one, however long
            std::uint32_t end = row.begins_at + row.cycles() - from;
            if (count > 0 && end > width)
                break;
            cycles = std::max(cycles, end);
            ++count;
        }
        text += head(text_width, from, cycles);
        for (const TimelineRow& row : rows.first(count))
            text += fmt::format("{:<{}}  {:<{}}  {}\n", row.text, text_width, cells_of(row, from), cycles, costs_of(row));
        rows = rows.subspan(count);
    }
    return text + total;
}

TurnTimeline time_turns(const mcu::CoreModel& core, std::span<const std::uint8_t> code, std::uint32_t address, unsigned at_most)
{
    std::unique_ptr<CoreTiming> timing = make_core_timing(core);
    BlockTable table;
    const Block& block = table.add(code, address, nullptr);
    std::vector<Decoder::Line> lines = Decoder().disassemble(code, address);
    std::vector<OperandClass> operands(block.operands.size());
    TurnTimeline result;
    PipelineState state = cold_pipeline;
    while (result.turns.size() < at_most && !result.steady) {
        BlockTiming turn = timing->time(block, state, operands, Left::by_branch);
        std::vector<TimelineRow>& rows = result.turns.emplace_back();
        for (std::size_t i = 0; i < lines.size(); ++i)
            rows.push_back({.text = lines[i].text, .begins_at = turn.issue_at.at(i), .charges = {}});
        for (const Charge& charge : turn.charges)
            rows.at(charge.instruction).charges.push_back(charge);
        result.steady = turn.exit == state;
        state = turn.exit;
    }
    return result;
}

} // namespace sim
