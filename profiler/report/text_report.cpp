// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/text_report.h"

#include "base/text_table.h"
#include "profiler/report/cost_text.h"
#include "profiler/report/layer_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

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
    std::string machine = printable(titles.core.empty() ? run.core : titles.core);
    if (run.clock_hz > 0)
        machine += " " + base::scaled_unit(static_cast<double>(run.clock_hz), "Hz");
    if (!run.setup.empty())
        machine += ", " + printable(run.setup);

    std::vector<std::string> parts
        = {Paint(style).strong(printable(run.target) + " on " + chip), machine};
    if (!run.kernels.empty())
        parts.push_back(
            fmt::format("kernels {}, planner {}", printable(run.kernels), printable(run.planner)));
    if (!run.id.empty())
        parts.push_back("run " + run.id);
    return flowed("", parts, 4, 2, style.width);
}

/// Most messages say what happened and where, as a sentence of its own; others need the place before them.
std::string why_stopped(const traces::Outcome& outcome)
{
    std::string at = fmt::format("{:#010x}", outcome.pc);
    if (outcome.message.find(at) != outcome.message.npos)
        return printable(outcome.message);
    std::string how = outcome.reason == "exited"
        ? fmt::format("the firmware ended with exit code {}", outcome.exit_code)
        : fmt::format("{} at {}", spaced(outcome.reason), at);
    if (!outcome.function.empty())
        how += fmt::format(" in {}", printable(outcome.function));
    if (std::string place = place_text(outcome.file, outcome.line); !place.empty())
        how += fmt::format(" ({})", place);
    return outcome.message.empty() ? how : fmt::format("{}: {}", how, printable(outcome.message));
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
    const traces::RunInfo& run = profile.run;
    Paint paint(style);
    std::string text;
    if (run.timing == "provisional")
        text += flowed_words("  " + paint.caution("timing: provisional.") + " ",
            "Cycles of this core come from a table that no measured program with known code has "
            "confirmed; "
            "instructions, memory and results are not affected.",
            4, style.width);
    if (run.outcome.reason == "exited" && run.outcome.exit_code == 0)
        return text;
    return text
        + flowed_words("  " + paint.alarm("stopped:") + " ",
            why_stopped(run.outcome) + ". The figures are of what ran until then.", 4, style.width)
        + stopped_where(profile, style);
}

/// "±7 %", "-5 ... +9 %".
std::string expected_error(const traces::RunInfo& run)
{
    double low = 100 * run.cycles_error_low, high = 100 * run.cycles_error_high;
    if (low == 0 && high == 0)
        return "error not known";
    if (std::abs(low + high) < 0.05)
        return fmt::format("±{:.2g} %", high);
    return fmt::format("{:+.2g} ... {:+.2g} %", low, high);
}

std::string latency_line(const Profile& profile, TextStyle style)
{
    const traces::Totals& total = profile.total;
    std::string latency = profile.run.clock_hz == 0
        ? "unknown (no clock)"
        : base::scaled_seconds(traces::seconds(total.cycles, profile.run));
    std::vector<std::string> parts = {Paint(style).strong(latency), expected_error(profile.run),
        base::scaled(static_cast<double>(total.cycles)) + " cycles"};
    if (total.macs > 0) {
        parts.push_back(fmt::format("{:.2f} cycles/MAC",
            static_cast<double>(total.cycles) / static_cast<double>(total.macs)));
        parts.push_back(base::scaled(static_cast<double>(total.macs)) + " MACs");
    }
    parts.push_back(base::scaled(static_cast<double>(total.instructions)) + " instructions");
    return fact_line("latency", parts, style);
}

bool is_estimate(const traces::Source& source) { return source.grade == "estimate"; }

std::string energy_line(const Profile& profile, TextStyle style)
{
    const auto& energy = profile.total.energy;
    if (!energy)
        return fact_line("energy", {"unknown (no energy model yet)"}, style);
    std::vector<std::string> parts = {Paint(style).strong(base::scaled_unit(energy->joules, "J")),
        fmt::format("{} ... {}", base::scaled_unit(energy->low, "J"),
            base::scaled_unit(energy->high, "J"))};
    if (double duration = traces::seconds(profile.total.cycles, profile.run); duration > 0)
        parts.push_back(base::scaled_unit(energy->joules / duration, "W"));
    return fact_line("energy", parts, style);
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
    std::vector<std::string> sentences;
    for (const traces::Warning& warning : profile.warnings)
        sentences.push_back(printable(warning.message)
            + (warning.count > 1 ? fmt::format(" ({} times)", warning.count) : ""));
    if (std::uint64_t outside = profile.total.cycles_outside_inference; outside > 0)
        sentences.push_back(base::scaled(static_cast<double>(outside))
            + " cycles before and after the inference (start-up, printing outputs) are not in "
              "these figures");
    auto estimates = std::count_if(profile.sources.begin(), profile.sources.end(), is_estimate);
    if (estimates > 0)
        sentences.push_back(fmt::format("rests on {} {}: mcuprof chips {} --sources", estimates,
            estimates == 1 ? "estimate" : "estimates", printable(profile.run.chip)));
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
    // An ELF without layers still has functions.
    constexpr std::size_t most_functions = 20, most_layer_calls = 40, most_layers = 1000;
    if (has_layers(profile))
        text += "\n"
            + layer_table(
                profile, style, profile.run.kind == "elf" ? most_layer_calls : most_layers);
    else if (!profile.functions.empty())
        text += "\n" + function_table(profile, style, most_functions);
    return text + notes(profile, style);
}

} // namespace report
