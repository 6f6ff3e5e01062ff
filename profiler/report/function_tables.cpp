// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/text_report.h"

#include "base/input_error.h"
#include "base/suggest.h"
#include "profiler/report/cost_text.h"
#include "profiler/report/fitted_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace report {
namespace {

using base::Align;
using traces::Profile;

std::vector<traces::Instruction> instructions_of(const Profile& profile, std::string_view function)
{
    std::vector<traces::Instruction> found;
    for (const traces::Instruction& instruction : profile.instructions)
        if (instruction.function == function)
            found.push_back(instruction);
    std::stable_sort(found.begin(), found.end(),
        [](const auto& a, const auto& b) { return a.address < b.address; });
    return found;
}

[[noreturn]] void report_missing(const Profile& profile, std::string_view function)
{
    std::vector<std::string> names;
    for (const traces::Instruction& instruction : profile.instructions)
        if (std::find(names.begin(), names.end(), instruction.function) == names.end())
            names.push_back(instruction.function);
    std::string hint = names.empty() ? "the run has no instructions recorded"
                                     : base::suggestion(function, names);
    throw base::InputError(fmt::format("function '{}'", function),
        "nothing of it ran" + (hint.empty() ? "; mcuprof show lists the functions" : "; " + hint));
}

} // namespace

namespace {

/// Functions by their own cycles, where instructions of an inlined function are its own.
std::vector<traces::Function> with_inlined(const Profile& profile)
{
    std::map<std::string, traces::Function> inlined;
    std::map<std::string, traces::Function> moved; // from functions, what is now inlined ones'
    for (const traces::Instruction& instruction : profile.instructions) {
        if (instruction.inlined.empty())
            continue;
        traces::Function& row = inlined[instruction.inlined];
        row.name = instruction.inlined;
        if (row.file.empty())
            row.file = instruction.file;
        for (traces::Function* sum : {&row, &moved[instruction.function]}) {
            sum->self_cycles += instruction.cycles;
            sum->instructions += instruction.executions;
        }
    }
    std::vector<traces::Function> functions = profile.functions;
    for (traces::Function& function : functions) {
        // Functions of one name share what was inlined into either: take no more than there is.
        auto part = moved.find(function.name);
        if (part == moved.end())
            continue;
        std::uint64_t cycles = std::min(part->second.self_cycles, function.self_cycles);
        std::uint64_t instructions = std::min(part->second.instructions, function.instructions);
        function.self_cycles -= cycles;
        function.instructions -= instructions;
        part->second.self_cycles -= cycles;
        part->second.instructions -= instructions;
    }
    for (auto& [name, row] : inlined) {
        row.name += " (inlined)";
        functions.push_back(row);
    }
    return functions;
}

} // namespace

std::string function_table(
    const Profile& profile, TextStyle style, std::size_t most, Inlined inlined)
{
    Paint paint(style);
    std::vector<traces::Function> functions
        = inlined == Inlined::itself ? with_inlined(profile) : profile.functions;
    std::stable_sort(functions.begin(), functions.end(), [](const auto& a, const auto& b) {
        return a.self_cycles != b.self_cycles ? a.self_cycles > b.self_cycles : a.name < b.name;
    });

    FittedTable table({{"function", Align::left, 0, 24}, {"calls", Align::right, 4},
        {"instructions", Align::right, 3}, {"self"}, {"share"}, {"", Align::left, 1},
        {"total", Align::right, 5}, {"source", Align::left, 2, 16}});
    for (std::size_t i = 0; i < std::min(most, functions.size()); ++i) {
        const traces::Function& function = functions[i];
        bool is_inlined = function.calls == 0 && function.total_cycles == 0;
        double share = share_of_run(function.self_cycles, profile);
        table.add_row(
            {printable(function.name), is_inlined ? "" : base::scaled(real(function.calls)),
                base::scaled(real(function.instructions)), base::scaled(real(function.self_cycles)),
                percent(share, 1), paint.bar(base::bar(share, bar_width)),
                is_inlined ? "" : base::scaled(real(function.total_cycles)),
                place_text(function.file, function.line)});
    }
    std::string text = table.text(style.width);
    if (functions.size() > most)
        text += fmt::format("  ... {} more functions\n", functions.size() - most);
    return text;
}

std::string instruction_listing(const Profile& profile, std::string_view function, TextStyle style)
{
    std::vector<traces::Instruction> instructions = instructions_of(profile, function);
    if (instructions.empty())
        report_missing(profile, function);
    Paint paint(style);
    std::uint64_t total = 0;
    for (const traces::Instruction& instruction : instructions)
        total += instruction.cycles;

    std::string text = flowed("",
        {paint.strong(printable(function)), base::scaled(real(total)) + " cycles",
            percent(real(total), real(profile.total.cycles)) + " of the inference"},
        3, 2, style.width);
    FittedTable table(
        {{"address"}, {"count", Align::right, 4}, {"cycles"}, {"each", Align::right, 3}, {"share"},
            {"", Align::left, 1}, {"instruction", Align::left, 0, 24},
            {"waits", Align::left, 5, 16}, {"source", Align::left, 2, 16}});
    std::string last_place;
    for (const traces::Instruction& instruction : instructions) {
        double share = total == 0 ? 0 : real(instruction.cycles) / real(total);
        std::string each = instruction.executions == 0
            ? ""
            : fmt::format("{:.2f}", real(instruction.cycles) / real(instruction.executions));
        std::string source = place_text(instruction.file, instruction.line);
        table.add_row(
            {fmt::format("{:08x}", instruction.address), base::scaled(real(instruction.executions)),
                base::scaled(real(instruction.cycles)), each, percent(share, 1),
                paint.bar(base::bar(share, bar_width)), printable(instruction.text),
                waits_text(instruction.cycles_by_cause, instruction.cycles),
                source == last_place ? "" : source});
        last_place = source;
    }
    return text + table.text(style.width);
}

std::string traffic_table(const Profile& profile, TextStyle style)
{
    FittedTable table({{"region", Align::left}, {"kind", Align::left}, {"reads", Align::right, 3},
        {"read"}, {"writes", Align::right, 2}, {"written"}, {"fetched"}, {"hits", Align::right, 1},
        {"misses", Align::right, 4}, {"hit rate", Align::right, 5}});
    auto count = [](std::uint64_t value) { return value == 0 ? "" : base::scaled(real(value)); };
    auto bytes = [](std::uint64_t value) { return value == 0 ? "" : base::scaled_bytes(value); };
    for (const traces::Traffic& row : profile.traffic)
        table.add_row(
            {printable(row.region), printable(row.kind), count(row.reads), bytes(row.read_bytes),
                count(row.writes), bytes(row.write_bytes), bytes(row.fetch_bytes), count(row.hits),
                count(row.misses), percent(real(row.hits), real(row.hits) + real(row.misses))});
    return table.text(style.width);
}

} // namespace report
