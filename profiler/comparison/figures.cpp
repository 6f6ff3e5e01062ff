// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/figures.h"

#include "base/input_error.h"
#include "base/suggest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace comparison {
namespace {

using base::Dimension;
using traces::RunSummary;
using enum Figure::Kind;

bool ran(const Row& row) { return row.ran(); }

Value known(bool is_known, double value) { return is_known ? Value(value) : Value(); }

template <std::uint64_t traces::MemoryUse::*Member>
Value memory(const Row& row)
{
    return known(ran(row), static_cast<double>(row.summary.memory.*Member));
}

template <std::uint64_t traces::Totals::*Member>
Value total(const Row& row)
{
    return known(ran(row), static_cast<double>(row.summary.total.*Member));
}

template <std::string traces::RunInfo::*Member>
Value text_of(const Row& row)
{
    return row.summary.run.*Member;
}

Value latency(const Row& row)
{
    const RunSummary& run = row.summary;
    return known(ran(row) && run.run.clock_hz > 0, traces::seconds(run.total.cycles, run.run));
}

Value cycles_per_mac(const Row& row)
{
    const traces::Totals& total = row.summary.total;
    return known(ran(row) && total.macs > 0,
        static_cast<double>(total.cycles) / static_cast<double>(total.macs));
}

Value energy(const Row& row)
{
    const auto& energy = row.summary.total.energy;
    return ran(row) && energy ? Value(energy->joules) : Value();
}

Value power(const Row& row)
{
    const RunSummary& run = row.summary;
    double duration = traces::seconds(run.total.cycles, run.run);
    return ran(row) && run.total.energy && duration > 0 ? Value(run.total.energy->joules / duration)
                                                        : Value();
}

Value outcome(const Row& row)
{
    return ran(row) ? row.summary.run.outcome.reason : std::string("not run");
}

constexpr std::array table = {
    Figure {"latency", "cycles / clock", number, Dimension::time, Better::lower, latency},
    Figure {"cycles", "of the inference", number, Dimension::count, Better::lower,
        total<&traces::Totals::cycles>},
    Figure {"instructions", "executed", number, Dimension::count, Better::lower,
        total<&traces::Totals::instructions>},
    Figure {"macs", "multiply-accumulates of the network", number, Dimension::count,
        Better::neither, total<&traces::Totals::macs>},
    Figure {"cycles_per_mac", "", number, Dimension::count, Better::lower, cycles_per_mac},
    Figure {"energy", "of one inference", number, Dimension::energy, Better::lower, energy},
    Figure {"power", "energy / latency", number, Dimension::power, Better::lower, power},
    Figure {"sram", "peak: static + arena + stack + heap", number, Dimension::bytes, Better::lower,
        [](const Row& row) {
            return known(ran(row), static_cast<double>(row.summary.memory.sram_peak()));
        }},
    Figure {"static", "data that is not the arena", number, Dimension::bytes, Better::lower,
        memory<&traces::MemoryUse::sram_static>},
    Figure {"arena", "activations and scratch", number, Dimension::bytes, Better::lower,
        memory<&traces::MemoryUse::sram_arena>},
    Figure {"stack", "the deepest it was", number, Dimension::bytes, Better::lower,
        memory<&traces::MemoryUse::sram_stack>},
    Figure {"heap", "the most it was", number, Dimension::bytes, Better::lower,
        memory<&traces::MemoryUse::sram_heap>},
    Figure {"flash", "code + weights + constants", number, Dimension::bytes, Better::lower,
        [](const Row& row) {
            return known(ran(row), static_cast<double>(row.summary.memory.flash()));
        }},
    Figure {"code", "", number, Dimension::bytes, Better::lower,
        memory<&traces::MemoryUse::flash_code>},
    Figure {"weights", "", number, Dimension::bytes, Better::lower,
        memory<&traces::MemoryUse::flash_weights>},
    Figure {"constants", "tables, kernel parameters", number, Dimension::bytes, Better::lower,
        memory<&traces::MemoryUse::flash_constants>},
    Figure {"clock", "", number, Dimension::frequency, Better::neither,
        [](const Row& row) {
            return known(
                row.summary.run.clock_hz > 0, static_cast<double>(row.summary.run.clock_hz));
        }},
    Figure {"accuracy", "published top-1 of the trained network", number, Dimension::percent,
        Better::higher,
        [](const Row& row) { return row.accuracy ? Value(*row.accuracy) : Value(); }},
    Figure {
        "target", "", text, Dimension::count, Better::neither, text_of<&traces::RunInfo::target>},
    Figure {"chip", "", text, Dimension::count, Better::neither, text_of<&traces::RunInfo::chip>},
    Figure {"core", "", text, Dimension::count, Better::neither, text_of<&traces::RunInfo::core>},
    Figure {
        "kernels", "", text, Dimension::count, Better::neither, text_of<&traces::RunInfo::kernels>},
    Figure {
        "planner", "", text, Dimension::count, Better::neither, text_of<&traces::RunInfo::planner>},
    Figure {"timing", "complete or provisional", text, Dimension::count, Better::neither,
        text_of<&traces::RunInfo::timing>},
    Figure {"outcome", "how it ended: exited, fault, not run, ...", text, Dimension::count,
        Better::neither, outcome},
    Figure {"fits", "it ran, SRAM and flash suffice", flag, Dimension::count, Better::neither,
        [](const Row& row) { return Value(ran(row) && row.summary.memory.fits); }},
    Figure {"best", "on the Pareto front of its chip and clock", flag, Dimension::count,
        Better::neither, [](const Row& row) { return Value(row.best); }},
};

} // namespace

std::span<const Figure> figures() { return table; }

const Figure* find_figure(std::string_view name)
{
    auto found = std::ranges::find(table, name, &Figure::name);
    return found == table.end() ? nullptr : &*found;
}

const Figure& figure_named(std::string_view name, const std::string& where)
{
    if (const Figure* figure = find_figure(name))
        return *figure;
    std::vector<std::string> names;
    for (const Figure& figure : table)
        names.emplace_back(figure.name);
    std::string hint = base::suggestion(name, names);
    throw base::InputError(where,
        fmt::format("expected a figure, found '{}'; {}", name,
            hint.empty() ? fmt::format("there are {}", fmt::join(names, ", ")) : hint));
}

std::optional<double> number_of(const Figure& figure, const Row& row)
{
    Value value = figure.of(row);
    const double* known_number = std::get_if<double>(&value);
    return known_number ? std::optional(*known_number) : std::nullopt;
}

} // namespace comparison
