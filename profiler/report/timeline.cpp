// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/timeline.h"

#include "base/input_error.h"
#include "base/suggest.h"
#include "profiler/report/fitted_table.h"
#include "sim/decode/decoder.h"
#include "sim/timing/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace report {
namespace {

using traces::Profile;

constexpr unsigned longest_way_to_steady = 16; // turns
constexpr std::size_t shown_at_most = 3; // turns, then the steady one
constexpr std::size_t room_for_costs = 45; // columns right of the cycles, roughly

struct Line { // of the function: what was stored, and its bytes
    const traces::Instruction* stored = nullptr;
    std::vector<std::uint8_t> bytes;
    sim::Instruction decoded;
    std::uint32_t end() const { return stored->address + static_cast<std::uint32_t>(bytes.size()); }
};

struct HotBlock {
    std::span<const Line> lines;
    std::uint64_t cycles = 0;
    bool loops = false; // its last instruction may lead back to its first

    std::uint64_t executions() const { return lines.front().stored->executions; }
    std::vector<std::uint8_t> code() const
    {
        std::vector<std::uint8_t> bytes;
        for (const Line& line : lines)
            bytes.insert(bytes.end(), line.bytes.begin(), line.bytes.end());
        return bytes;
    }
};

/// "f8d0 1004" to bytes as they lie in memory; none if it is anything else.
std::vector<std::uint8_t> bytes_of(std::string_view encoding)
{
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 4 <= encoding.size(); i += 5) {
        unsigned half = 0;
        const char* digits = encoding.data() + i;
        if (std::from_chars(digits, digits + 4, half, 16).ptr != digits + 4)
            return {};
        bytes.push_back(static_cast<std::uint8_t>(half));
        bytes.push_back(static_cast<std::uint8_t>(half >> 8));
    }
    return bytes;
}

std::vector<Line> lines_of(const Profile& profile, std::string_view function)
{
    std::vector<Line> lines;
    for (const traces::Instruction& instruction : profile.instructions)
        if (instruction.function == function)
            lines.push_back({.stored = &instruction, .bytes = bytes_of(instruction.encoding), .decoded = {}});
    if (lines.empty()) {
        std::set<std::string> unique;
        for (const traces::Instruction& instruction : profile.instructions)
            unique.insert(instruction.function);
        std::vector<std::string> names(unique.begin(), unique.end());
        std::string near = base::suggestion(function, names);
        throw base::InputError("function " + printable(function), "the run executed none of this name" + (near.empty() ? "" : "; " + near));
    }
    std::ranges::sort(lines, {}, [](const Line& line) { return line.stored->address; });

    sim::Decoder decoder;
    for (Line& line : lines) {
        std::vector<sim::Instruction> decoded = decoder.decode(line.bytes, line.stored->address);
        if (decoded.size() != 1)
            throw base::InputError("run " + profile.run.id,
                fmt::format("expected the encoding of each instruction, found '{}' at 0x{:08x}; runs stored before version 2 lack it: profile again",
                    printable(line.stored->encoding), line.stored->address));
        line.decoded = decoded.front();
    }
    return lines;
}

HotBlock hottest_block(std::span<const Line> lines)
{
    std::set<std::uint32_t> targets;
    for (const Line& line : lines)
        targets.insert(line.decoded.target);
    HotBlock hottest;
    for (std::size_t first = 0; first < lines.size();) {
        std::size_t next = first + 1;
        auto goes_on = [&] {
            const Line &before = lines[next - 1], &line = lines[next];
            return before.decoded.flow == sim::Flow::next && before.end() == line.stored->address && !targets.contains(line.stored->address)
                && before.stored->executions == line.stored->executions;
        };
        while (next < lines.size() && goes_on())
            ++next;
        HotBlock block {.lines = lines.subspan(first, next - first)};
        for (const Line& line : block.lines)
            block.cycles += line.stored->cycles;
        block.loops = block.lines.back().decoded.target == block.lines.front().stored->address && block.lines.back().decoded.flow != sim::Flow::call;
        if (hottest.lines.empty() || block.cycles > hottest.cycles)
            hottest = block;
        first = next;
    }
    return hottest;
}

std::uint64_t cycles_of(const std::vector<sim::TimelineRow>& turn)
{
    std::uint64_t cycles = 0;
    for (const sim::TimelineRow& row : turn)
        cycles += row.cycles();
    return cycles;
}

std::string turns_text(const sim::TurnTimeline& timeline, bool loops, TextStyle style)
{
    std::size_t text_width = 0;
    for (const sim::TimelineRow& row : timeline.turns.front())
        text_width = std::max(text_width, row.text.size());
    auto width = static_cast<std::uint32_t>(std::max<std::size_t>(style.width, text_width + room_for_costs + 20) - text_width - room_for_costs);

    Paint paint(style);
    std::string text;
    std::size_t last = timeline.turns.size() - 1;
    for (std::size_t turn = 0; turn <= last; ++turn) {
        bool steady = turn == last && timeline.steady;
        if ((turn >= shown_at_most && !steady) || (turn != last && timeline.turns[turn] == timeline.turns[last]))
            continue;
        text += '\n';
        if (loops)
            text += paint.strong(steady ? fmt::format("turn {} and all further ones", turn + 1) : fmt::format("turn {}", turn + 1)) + '\n';
        text += sim::timeline_text(timeline.turns[turn], width);
    }
    return text;
}

std::string legend(const sim::TurnTimeline& timeline, TextStyle style)
{
    std::vector<std::string> parts;
    bool shares = false;
    for (const sim::CauseInfo& info : sim::causes) {
        bool used = false;
        for (const auto& turn : timeline.turns)
            for (const sim::TimelineRow& row : turn) {
                shares = shares || row.charges.empty();
                used = used || std::ranges::any_of(row.charges, [&](const sim::Charge& charge) { return charge.cause == info.cause; });
            }
        if (used)
            parts.push_back(fmt::format("{} {}: {};", sim::letter_of(info.cause), info.title, info.meaning));
    }
    if (shares)
        parts.push_back("= shares the cycle of the instruction before;");
    parts.back().back() = '.';
    return flowed("", parts, 1, 0, style.width) + "\n";
}

std::string comparison_with_run(const HotBlock& block, const std::vector<sim::TimelineRow>& turn, TextStyle style)
{
    std::map<std::string, std::uint64_t, std::less<>> in_run;
    for (const Line& line : block.lines)
        for (const traces::Cost& cost : line.stored->cycles_by_cause)
            in_run[cost.name] += cost.value;
    sim::CycleAccount here;
    for (const sim::TimelineRow& row : turn)
        for (const sim::Charge& charge : row.charges)
            here.charge(charge.cause, base::Cycles(charge.cycles));

    auto runs = static_cast<double>(std::max<std::uint64_t>(block.executions(), 1));
    std::vector<std::string> parts;
    for (const sim::CauseInfo& info : sim::causes) {
        std::uint64_t counted = in_run.contains(info.name) ? in_run.find(info.name)->second : 0;
        if (counted || here[info.cause].count())
            parts.push_back(fmt::format("{} {:.2f} ({}),", info.title, static_cast<double>(counted) / runs, here[info.cause].count()));
    }
    if (!parts.empty())
        parts.back().back() = '.';
    std::string first = fmt::format("In the run {:.2f} cycles an execution, in brackets those above ({}):", static_cast<double>(block.cycles) / runs, cycles_of(turn));
    parts.insert(parts.begin(), first);
    return flowed("", parts, 1, 0, style.width) + "\n";
}

} // namespace

std::string issue_timeline(const Profile& profile, std::string_view function, TextStyle style)
{
    std::vector<Line> lines = lines_of(profile, function);
    HotBlock block = hottest_block(lines);
    mcu::CoreModel core = mcu::load_core(profile.run.core);
    std::vector<std::uint8_t> code = block.code();
    std::uint32_t address = block.lines.front().stored->address;
    sim::TurnTimeline timeline = sim::time_turns(core, code, address, block.loops ? longest_way_to_steady : 1);

    std::uint64_t all = 0;
    for (const Line& line : lines)
        all += line.stored->cycles;
    Paint paint(style);
    std::string sentence = fmt::format("hottest block, 0x{:08x} to 0x{:08x}: {}{} of the function's cycles, {} executions. {}, memory that never waits, branches guessed right.",
        address, block.lines.back().end(), block.loops ? "a loop, " : "", percent(static_cast<double>(block.cycles), static_cast<double>(all)), block.executions(), core.title);
    std::string text = flowed_words(paint.strong(printable(function)) + ", ", sentence, 0, style.width);
    text += turns_text(timeline, block.loops, style) + "\n";
    text += comparison_with_run(block, timeline.turns.back(), style);
    return text + legend(timeline, style);
}

} // namespace report
