// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/text_report.h"

#include "base/text_table.h"
#include "profiler/report/cost_text.h"
#include "profiler/report/layer_table.h"
#include "profiler/report/run_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace report {
namespace {

using traces::Profile;

constexpr std::size_t label_width = 11;

/// One line of facts: a label, then parts that go on below each other if they must.
std::string fact_line(
    const std::string& label, const std::vector<std::string>& parts, TextStyle style)
{
    std::size_t indent = 2 + label_width;
    std::string blanks(label_width - std::min(label_width, base::display_width(label)), ' ');
    return flowed("  " + label + blanks, parts, 3, indent, style.width);
}

std::string header(const Profile& profile, TextStyle style, const Titles& titles)
{
    const traces::RunInfo& run = profile.run;
    std::string chip = printable(titles.chip.empty() ? run.chip : titles.chip);
    std::string machine = machine_text(run, titles);

    std::vector<std::string> parts
        = {Paint(style).strong(printable(run.target) + " on " + chip), machine};
    if (!run.kernels.empty())
        parts.push_back(
            fmt::format("kernels {}, planner {}", printable(run.kernels), printable(run.planner)));
    if (!run.id.empty())
        parts.push_back("run " + run.id);
    return flowed("", parts, 4, 2, style.width);
}

/// After a bad end: what was active, what the registers held.
std::string stopped_where(const Profile& profile, TextStyle style)
{
    const traces::Outcome& outcome = profile.run.outcome;
    std::string text;
    if (!outcome.call_stack.empty()) {
        std::vector<std::string> words;
        for (const traces::StackFrame& frame : outcome.call_stack) {
            if (!words.empty())
                words.back() += " <";
            words.push_back(printable(frame.function));
            if (std::string place = place_text(frame.file, frame.line); !place.empty())
                words.push_back("(" + place + ")");
        }
        text += flowed("  calls      ", words, 1, 2 + label_width, style.width);
    }
    if (!outcome.instruction.empty())
        text += fact_line(
            "at", {fmt::format("{:08x}  {}", outcome.pc, printable(outcome.instruction))}, style);
    constexpr std::array names = {"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10",
        "r11", "r12", "sp", "lr", "pc", "xpsr"};
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < std::min(names.size(), outcome.registers.size()); ++i)
        cells.push_back(fmt::format("{:<4} {:08x}", names[i], outcome.registers[i]));
    return cells.empty() ? text : text + fact_line("registers", cells, style);
}

/// Said before any figure: what makes all of them worth less.
std::string cautions(const Profile& profile, TextStyle style)
{
    Paint paint(style);
    std::string text;
    for (const Caution& caution : cautions_of(profile)) {
        std::string label
            = caution.alarming ? paint.alarm(caution.label) : paint.caution(caution.label);
        text += flowed_words("  " + label + " ", caution.sentence, 4, style.width);
        if (caution.alarming)
            text += stopped_where(profile, style);
    }
    return text;
}

std::string latency_line(const Profile& profile, TextStyle style)
{
    const traces::Totals& total = profile.total;
    std::vector<std::string> parts
        = {Paint(style).strong(latency_text(profile)), expected_error_text(profile.run),
            base::scaled(static_cast<double>(total.cycles)) + " cycles"};
    if (total.macs > 0) {
        parts.push_back(fmt::format("{:.2f} cycles/MAC",
            static_cast<double>(total.cycles) / static_cast<double>(total.macs)));
        parts.push_back(base::scaled(static_cast<double>(total.macs)) + " MACs");
    }
    parts.push_back(base::scaled(static_cast<double>(total.instructions)) + " instructions");
    return fact_line("latency", parts, style);
}

std::string energy_line(const Profile& profile, TextStyle style)
{
    const auto& energy = profile.total.energy;
    if (!energy)
        return fact_line("energy", {"unknown (nobody says what this chip draws)"}, style);
    std::vector<std::string> parts = {Paint(style).strong(base::scaled_unit(energy->joules, "J")),
        fmt::format("{} ... {}", base::scaled_unit(energy->low, "J"),
            base::scaled_unit(energy->high, "J"))};
    if (double duration = traces::seconds(profile.total.cycles, profile.run); duration > 0)
        parts.push_back(base::scaled_unit(energy->joules / duration, "W"));
    if (!profile.run.supply.empty())
        parts.push_back(printable(profile.run.supply));
    if (!profile.run.energy_basis.empty())
        parts.push_back(profile.run.energy_basis == "calibrated"
                ? "calibrated"
                : "uncalibrated, currents: " + printable(profile.run.energy_basis));
    return fact_line("energy", parts, style);
}

/// In their order: what they mean builds on each other.
std::string term_line(const Profile& profile, TextStyle style)
{
    double total = 0;
    for (const traces::Cost& term : profile.energy_by_term)
        total += static_cast<double>(term.value);
    std::vector<std::string> parts;
    for (const traces::Cost& term : profile.energy_by_term)
        if (term.value > 0)
            parts.push_back(
                spaced(term.name) + " " + percent(static_cast<double>(term.value), total));
    return parts.empty() ? "" : flowed("  energy by term    ", parts, 3, 20, style.width);
}

std::string kibibytes(std::uint64_t bytes)
{
    return fmt::format("{:.1f}", static_cast<double>(bytes) / 1024);
}

/// A bar of what is used, then the figures: "▕█▏                   ▏  23.1 of 640 KiB".
std::vector<std::string> usage(std::uint64_t used, std::uint64_t capacity, TextStyle style)
{
    Paint paint(style);
    if (capacity == 0)
        return {kibibytes(used) + " KiB"};
    std::size_t width = style.width >= 100 ? 20 : 10;
    std::string blocks
        = base::bar(static_cast<double>(used) / static_cast<double>(capacity), width);
    std::string blanks(width - base::display_width(blocks), ' ');
    bool fits = used <= capacity;
    std::string figures = fmt::format("{} of {} KiB", kibibytes(used), capacity / 1024);
    std::vector<std::string> parts = {"▕" + (fits ? paint.bar(blocks) : paint.alarm(blocks))
        + blanks + "▏ " + (fits ? figures : paint.alarm(figures))};
    if (!fits)
        parts.push_back(
            paint.alarm(fmt::format("does not fit: {} KiB too much", kibibytes(used - capacity))));
    return parts;
}

std::string memory_lines(const Profile& profile, TextStyle style)
{
    const traces::MemoryUse& memory = profile.memory;
    std::vector<std::string> sram = usage(memory.sram_peak(), memory.sram_capacity, style);
    std::string arena = "arena " + kibibytes(memory.sram_arena);
    if (memory.sram_scratch > 0)
        arena += fmt::format(" (scratch {})", kibibytes(memory.sram_scratch));
    sram.push_back(arena);
    sram.push_back("static " + kibibytes(memory.sram_static));
    sram.push_back("stack " + kibibytes(memory.sram_stack) + " measured");
    if (memory.sram_heap > 0)
        sram.push_back("heap " + kibibytes(memory.sram_heap) + " measured");

    std::vector<std::string> flash = usage(memory.flash(), memory.flash_capacity, style);
    flash.push_back("weights " + kibibytes(memory.flash_weights));
    flash.push_back("code " + kibibytes(memory.flash_code));
    flash.push_back("constants " + kibibytes(memory.flash_constants));
    std::string text = fact_line("SRAM", sram, style) + fact_line("flash", flash, style);
    if (!memory.fits && memory.sram_peak() <= memory.sram_capacity
        && memory.flash() <= memory.flash_capacity)
        text += fact_line(
            "", {Paint(style).alarm("does not fit: no bank is large enough for its part")}, style);
    return text;
}

/// The largest first; below half a percent together, except for what nobody explains.
std::string cause_line(const Profile& profile, TextStyle style)
{
    traces::Costs causes = profile.cycles_by_cause;
    std::stable_sort(causes.begin(), causes.end(),
        [](const auto& a, const auto& b) { return a.value > b.value; });
    double total = static_cast<double>(profile.total.cycles), rest = 0;
    std::vector<std::string> parts;
    for (const traces::Cost& cause : causes) {
        double value = static_cast<double>(cause.value);
        if (cause.name == "unmodeled" && cause.value > 0)
            parts.push_back(Paint(style).caution(spaced(cause.name) + " " + percent(value, total)));
        else if (value >= 0.005 * total && value > 0)
            parts.push_back(spaced(cause.name) + " " + percent(value, total));
        else
            rest += value;
    }
    if (rest > 0)
        parts.push_back("other " + percent(rest, total));
    return parts.empty() ? "" : flowed("  cycles by cause   ", parts, 3, 20, style.width);
}

std::string notes(const Profile& profile, TextStyle style)
{
    std::vector<std::string> sentences = note_texts(profile);
    if (sentences.empty())
        return "";
    std::string text
        = fmt::format("\n  {} {}\n", sentences.size(), sentences.size() == 1 ? "note" : "notes");
    for (const std::string& sentence : sentences)
        text += flowed_words("  - ", sentence, 4, style.width);
    return text;
}

bool has_layers(const Profile& profile)
{
    return std::any_of(profile.layers.begin(), profile.layers.end(),
        [](const auto& layer) { return layer.index >= 0; });
}

} // namespace

std::string text_report(const Profile& profile, TextStyle style, const Titles& titles)
{
    std::string text = header(profile, style, titles) + cautions(profile, style) + "\n";
    text += latency_line(profile, style) + energy_line(profile, style)
        + memory_lines(profile, style);
    if (std::string causes = cause_line(profile, style); !causes.empty())
        text += "\n" + causes;
    text += term_line(profile, style);
    // An ELF without layers still has functions.
    constexpr std::size_t most_functions = 20, most_layer_calls = 40, most_layers = 1000;
    if (has_layers(profile)) {
        text += '\n';
        text += layer_table(
            profile, style, profile.run.kind == "elf" ? most_layer_calls : most_layers);
    } else if (!profile.functions.empty()) {
        text += '\n';
        text += function_table(profile, style, most_functions);
    }
    return text + notes(profile, style);
}

} // namespace report
