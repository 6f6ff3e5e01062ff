// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/layer_table.h"

#include "profiler/report/cost_text.h"
#include "profiler/report/fitted_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace report {
namespace {

using base::Align;
using traces::Layer;
using traces::Profile;

/// Zero says nothing in a table of costs: an empty cell is easier to read.
std::string count(std::uint64_t value)
{
    return value == 0 ? "" : base::scaled(static_cast<double>(value));
}
std::string bytes(std::uint64_t value) { return value == 0 ? "" : base::scaled_bytes(value); }
std::string joules(const std::optional<traces::Energy>& energy)
{
    return energy ? base::scaled_unit(energy->joules, "J") : "";
}

std::string cycles_per_mac(std::uint64_t cycles, std::uint64_t macs)
{
    return macs == 0
        ? ""
        : fmt::format("{:.2f}", static_cast<double>(cycles) / static_cast<double>(macs));
}

/// The prefix that all our kernels share says nothing in a table.
std::string kernel_name(std::string_view name)
{
    constexpr std::string_view prefix = "mcuprof_";
    return printable(name.starts_with(prefix) ? name.substr(prefix.size()) : name);
}

std::vector<std::string> row(const Layer& layer, const Profile& profile, const Paint& paint)
{
    double cycles = static_cast<double>(layer.cycles),
           total = static_cast<double>(profile.total.cycles);
    return {
        layer.index < 0 ? "" : std::to_string(layer.index),
        layer.index < 0 ? "(outside layers)"
                        : printable(layer.title.empty() ? layer.name : layer.title),
        kernel_name(layer.kernel),
        count(layer.macs),
        count(layer.cycles),
        cycles_per_mac(layer.cycles, layer.macs),
        percent(cycles, total),
        paint.bar(base::bar(total > 0 ? cycles / total : 0, bar_width)),
        joules(layer.energy),
        bytes(layer.sram_live + layer.scratch),
        bytes(layer.flash_read_bytes),
    };
}

std::vector<std::string> total_row(const Profile& profile)
{
    std::uint64_t most_sram = 0, flash_read = 0;
    for (const Layer& layer : profile.layers) {
        most_sram = std::max(most_sram, layer.sram_live + layer.scratch);
        flash_read += layer.flash_read_bytes;
    }
    const traces::Totals& total = profile.total;
    return {"", "total", "", count(total.macs), count(total.cycles),
        cycles_per_mac(total.cycles, total.macs),
        percent(static_cast<double>(total.cycles), static_cast<double>(total.cycles)), "",
        joules(total.energy), bytes(most_sram), bytes(flash_read)};
}

/// Takes the layers away that are not among the `most` that cost most.
std::vector<Layer> take_others(std::vector<Layer>& layers, std::size_t most)
{
    std::vector<std::size_t> order(layers.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    std::erase_if(order, [&](std::size_t i) { return layers[i].index < 0; });
    if (order.size() <= most)
        return {};
    std::ranges::stable_sort(
        order, std::greater {}, [&](std::size_t i) { return layers[i].cycles; });
    std::vector<bool> is_other(layers.size());
    for (std::size_t k = most; k < order.size(); ++k)
        is_other[order[k]] = true;
    std::vector<Layer> kept, others;
    for (std::size_t i = 0; i < layers.size(); ++i)
        (is_other[i] ? others : kept).push_back(layers[i]);
    layers = std::move(kept);
    return others;
}

std::vector<std::string> others_row(
    const std::vector<Layer>& others, const Profile& profile, const Paint& paint)
{
    Layer sum;
    for (const Layer& layer : others) {
        sum.macs += layer.macs;
        sum.cycles += layer.cycles;
        sum.flash_read_bytes += layer.flash_read_bytes;
        sum.sram_live = std::max(sum.sram_live, layer.sram_live + layer.scratch);
    }
    std::vector<std::string> cells = row(sum, profile, paint);
    cells[0] = "";
    cells[1] = fmt::format("({} others)", others.size());
    return cells;
}

bool knows_energy(const Profile& profile)
{
    auto known = [](const Layer& layer) { return layer.energy.has_value(); };
    return profile.total.energy || std::any_of(profile.layers.begin(), profile.layers.end(), known);
}

} // namespace

std::string layer_table(const Profile& profile, TextStyle style, std::size_t most)
{
    std::vector<FittedTable::Column> columns = {
        {"#"},
        {"layer", Align::left, 0, 16},
        {"kernel", Align::left, 3, 16},
        {"MACs", Align::right, 6},
        {"cycles"},
        {"cyc/MAC", Align::right, 7},
        {"share"},
        {"", Align::left, 1},
        {"energy", Align::right, 5},
        {"SRAM", Align::right, 4},
        {"flash read", Align::right, 2},
    };
    constexpr std::ptrdiff_t energy_column = 8;
    bool with_energy = knows_energy(profile);
    auto without_unknown = [&](auto cells) {
        if (!with_energy)
            cells.erase(cells.begin() + energy_column);
        return cells;
    };

    std::vector<Layer> layers = profile.layers;
    std::stable_partition(
        layers.begin(), layers.end(), [](const Layer& layer) { return layer.index >= 0; });
    std::vector<Layer> others = take_others(layers, most);
    FittedTable table(without_unknown(std::move(columns)));
    for (const Layer& layer : layers)
        table.add_row(without_unknown(row(layer, profile, Paint(style))));
    if (!others.empty())
        table.add_row(without_unknown(others_row(others, profile, Paint(style))));
    table.add_rule();
    table.add_row(without_unknown(total_row(profile)));
    std::string text = table.text(style.width);
    if (!others.empty())
        text += "  all of them: mcuprof show " + (profile.run.id.empty() ? "RUN" : profile.run.id)
            + " --layers\n";
    return text;
}

} // namespace report
