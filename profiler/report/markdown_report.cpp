// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/markdown_report.h"

#include "base/text_table.h"
#include "profiler/report/cost_text.h"
#include "profiler/report/run_facts.h"
#include "profiler/report/text_style.h"

#include <fmt/format.h>

#include <algorithm>

namespace report {
namespace {

using traces::Profile;

/// A name as text: no markup, no end of a table's cell, no line break.
std::string plain(std::string_view text)
{
    constexpr std::string_view marks = "\\`*_{}[]()#+!|~";
    std::string result;
    for (char c : printable(text))
        if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else if (c == '&')
            result += "&amp;";
        else if (marks.contains(c))
            result += fmt::format("\\{}", c);
        else
            result += c;
    return result;
}

std::string line(const std::vector<std::string>& cells)
{
    std::string text = "|";
    for (const std::string& cell : cells)
        text += fmt::format(" {} |", cell);
    return text + "\n";
}

/// The first `names` columns are text, the others numbers.
std::string heads(const std::vector<std::string>& titles, std::size_t names)
{
    std::string text = line(titles) + "|";
    for (std::size_t i = 0; i < titles.size(); ++i)
        text += i < names ? "---|" : "---:|";
    return text + "\n";
}

std::string of_capacity(std::uint64_t used, std::uint64_t capacity)
{
    std::string text = fmt::format("{:.1f} KiB", real(used) / 1024);
    if (capacity > 0)
        text = fmt::format("{:.1f} of {} KiB", real(used) / 1024, capacity / 1024);
    return capacity > 0 && used > capacity ? fmt::format("**{}, does not fit**", text) : text;
}

std::string energy_cell(const Profile& profile)
{
    EnergyText energy = energy_text(profile);
    return profile.total.energy ? fmt::format("{} ({})", energy.value, energy.note) : energy.value;
}

std::string cycles_per_mac(std::uint64_t cycles, std::uint64_t macs)
{
    return macs == 0 ? "" : fmt::format("{:.2f}", real(cycles) / real(macs));
}

std::string count(std::uint64_t value) { return value == 0 ? "" : base::scaled(real(value)); }

std::vector<std::string> figures(const Profile& profile)
{
    const traces::MemoryUse& memory = profile.memory;
    return {fmt::format("{} ({})", latency_text(profile), expected_error_text(profile.run)),
        energy_cell(profile), of_capacity(memory.sram_peak(), memory.sram_capacity),
        of_capacity(memory.flash(), memory.flash_capacity), count(profile.total.macs),
        cycles_per_mac(profile.total.cycles, profile.total.macs)};
}

const std::vector<std::string> figure_titles
    = {"latency", "energy", "SRAM peak", "flash", "MACs", "cycles/MAC"};

std::string layer_table(const Profile& profile)
{
    std::string text
        = heads({"#", "layer", "MACs", "cycles", "cycles/MAC", "share", "SRAM", "waits"}, 2);
    for (const traces::Layer& layer : profile.layers)
        text += line({layer.index < 0 ? "" : std::to_string(layer.index),
            layer.index < 0 ? "outside layers"
                            : plain(layer.title.empty() ? layer.name : layer.title),
            count(layer.macs), count(layer.cycles), cycles_per_mac(layer.cycles, layer.macs),
            percent(real(layer.cycles), real(profile.total.cycles)),
            base::scaled_bytes(layer.sram_live + layer.scratch),
            plain(waits_text(layer.cycles_by_cause, layer.cycles))});
    return text;
}

std::string cautions(const Profile& profile)
{
    std::string text;
    for (const Caution& caution : cautions_of(profile))
        text += fmt::format("> **{}** {}\n\n", caution.label, plain(caution.sentence));
    return text;
}

} // namespace

std::string markdown_report(const Profile& profile, const Titles& titles)
{
    const traces::RunInfo& run = profile.run;
    std::string text = fmt::format("### {} on {}\n\n{}", plain(run.target),
        plain(titles.chip.empty() ? run.chip : titles.chip), plain(machine_text(run, titles)));
    if (!run.kernels.empty())
        text += fmt::format("; kernels {}, planner {}", plain(run.kernels), plain(run.planner));
    text += "\n\n" + cautions(profile) + heads(figure_titles, 0) + line(figures(profile));
    if (!profile.layers.empty())
        text += fmt::format("\n<details>\n<summary>{} layers</summary>\n\n{}\n</details>\n",
            std::ranges::count_if(profile.layers, [](auto& layer) { return layer.index >= 0; }),
            layer_table(profile));
    if (std::vector<std::string> notes = note_texts(profile); !notes.empty()) {
        text += '\n';
        for (const std::string& note : notes)
            text += fmt::format("- {}\n", plain(note));
    }
    return text;
}

std::string markdown_comparison(std::span<const Profile> profiles)
{
    std::vector<std::string> titles = {"run", "target", "chip", "kernels"};
    std::size_t names = titles.size();
    titles.insert(titles.end(), figure_titles.begin(), figure_titles.end());
    std::string text = heads(titles, names);
    for (const Profile& profile : profiles) {
        const traces::RunInfo& run = profile.run;
        std::vector<std::string> cells = {plain(run.id), plain(run.target),
            run.clock_hz == 0 ? plain(run.chip)
                              : fmt::format("{} {}", plain(run.chip),
                                  base::scaled_unit(real(run.clock_hz), "Hz")),
            plain(run.kernels)};
        std::vector<std::string> rest = figures(profile);
        cells.insert(cells.end(), rest.begin(), rest.end());
        text += line(cells);
    }
    return text;
}

} // namespace report
