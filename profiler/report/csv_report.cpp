// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/csv_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace report {
namespace {

using traces::Layer;
using traces::Profile;

std::string quoted(std::string_view text)
{
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string result = "\"";
    for (char c : text) {
        if (c == '"')
            result += '"';
        result += c;
    }
    return result + "\"";
}

/// Of all runs, in the order in which they are first met.
std::vector<std::string> cause_names(std::span<const Profile> profiles)
{
    std::vector<std::string> names;
    for (const Profile& profile : profiles)
        for (const traces::CostInfo& cause : profile.causes)
            if (std::ranges::find(names, cause.name) == names.end())
                names.push_back(cause.name);
    return names;
}

std::vector<std::string> cells_of(
    const Layer& layer, const Profile& profile, const std::vector<std::string>& causes)
{
    const traces::RunInfo& run = profile.run;
    auto joules = [&](double traces::Energy::*part) {
        return layer.energy ? fmt::format("{}", (*layer.energy).*part) : "";
    };
    std::vector<std::string> cells
        = {run.id, run.target, run.chip, std::to_string(run.clock_hz), run.kernels, run.planner,
            std::to_string(layer.index), layer.name, layer.title, layer.operator_name, layer.kernel,
            std::to_string(layer.macs), std::to_string(layer.executed_macs),
            std::to_string(layer.cycles), std::to_string(layer.instructions),
            run.clock_hz == 0 ? "" : fmt::format("{}", traces::seconds(layer.cycles, run)),
            joules(&traces::Energy::joules), joules(&traces::Energy::low),
            joules(&traces::Energy::high), std::to_string(layer.sram_live),
            std::to_string(layer.scratch), std::to_string(layer.stack),
            std::to_string(layer.weight_bytes), std::to_string(layer.flash_reads),
            std::to_string(layer.flash_read_bytes)};
    for (const std::string& cause : causes)
        cells.push_back(std::to_string(traces::value_of(layer.cycles_by_cause, cause)));
    return cells;
}

std::string line(std::vector<std::string> cells)
{
    for (std::string& cell : cells)
        cell = quoted(cell);
    return fmt::format("{}\n", fmt::join(cells, ","));
}

} // namespace

std::string csv_report(std::span<const Profile> profiles)
{
    std::vector<std::string> causes = cause_names(profiles);
    std::vector<std::string> heads = {"run", "target", "chip", "clock_hz", "kernels", "planner",
        "layer", "name", "title", "operator", "kernel", "macs", "executed_macs", "cycles",
        "instructions", "latency_s", "energy_j", "energy_low_j", "energy_high_j", "sram_live_bytes",
        "scratch_bytes", "stack_bytes", "weight_bytes", "flash_reads", "flash_read_bytes"};
    for (const std::string& cause : causes)
        heads.push_back("cycles_" + cause);
    std::string text = line(heads);
    for (const Profile& profile : profiles)
        for (const Layer& layer : profile.layers)
            text += line(cells_of(layer, profile, causes));
    return text;
}

} // namespace report
