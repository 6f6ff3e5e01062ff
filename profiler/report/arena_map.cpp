// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/arena_map.h"

#include "profiler/report/fitted_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace report {
namespace {

using base::Align;
using traces::ArenaTensor;

bool lives_in(const ArenaTensor& tensor, int first, int last) { return tensor.first <= last && first <= tensor.last; }

/// Bytes that belong to some tensor while the layer runs.
std::uint64_t held(const traces::Profile& profile, int layer)
{
    std::vector<const ArenaTensor*> alive;
    for (const ArenaTensor& tensor : profile.arena)
        if (lives_in(tensor, layer, layer))
            alive.push_back(&tensor);
    std::ranges::sort(alive, {}, &ArenaTensor::offset);
    std::uint64_t bytes = 0, end = 0;
    for (const ArenaTensor* tensor : alive) {
        const std::uint64_t begin = std::max(tensor->offset, end), own_end = tensor->offset + tensor->bytes;
        bytes += own_end > begin ? own_end - begin : 0;
        end = std::max(end, own_end);
    }
    return bytes;
}

/// As many as the arena speaks of; a store may say anything, so no more than there are layers.
int layer_count(const traces::Profile& profile)
{
    std::int64_t count = 0;
    for (const ArenaTensor& tensor : profile.arena)
        count = std::max(count, std::int64_t {tensor.last} + 1);
    return static_cast<int>(std::min(count, static_cast<std::int64_t>(profile.layers.size())));
}

/// Layers side by side, several in a column if there are many.
class Columns {
public:
    Columns(int layers, std::size_t width)
        : layers_(layers)
        , layers_a_column_((layers + static_cast<int>(width) - 1) / static_cast<int>(width))
    {
    }

    template <class Cell> // from the first and last layer of a column to its text
    std::string line(const Cell& cell) const
    {
        std::string text;
        for (int first = 0; first < layers_; first += layers_a_column_)
            text += cell(first, std::min(first + layers_a_column_, layers_) - 1);
        return text;
    }

    int layers_a_column() const { return layers_a_column_; }

private:
    int layers_, layers_a_column_;
};

/// A number above the column of every tenth layer, and of fewer where a column has several.
std::string ruler(const Columns& columns)
{
    std::string text;
    std::size_t column = 0;
    columns.line([&](int first, int) {
        if (column % 10 == 0 && text.size() <= column) {
            text.resize(column, ' ');
            text += std::to_string(first);
        }
        ++column;
        return "";
    });
    return text;
}

std::string fill_line(const traces::Profile& profile, const Columns& columns)
{
    constexpr std::array levels {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    return columns.line([&](int first, int last) {
        std::uint64_t most = 0;
        for (int layer = first; layer <= last; ++layer)
            most = std::max(most, held(profile, layer));
        const std::uint64_t arena = std::max<std::uint64_t>(profile.memory.sram_arena, 1);
        return levels[std::min<std::uint64_t>((most * 8 + arena - 1) / arena, 8)];
    });
}

std::string title_of(const traces::Profile& profile, int layer)
{
    for (const traces::Layer& one : profile.layers)
        if (one.index == layer)
            return one.title.empty() ? one.name : one.title;
    return "";
}

std::string heading(const traces::Profile& profile)
{
    const ArenaPeak peak = arena_peak(profile);
    return fmt::format("arena of {}    planner {}\n  {} bytes; layer {} ({}) holds most, {} bytes\n\n", printable(profile.run.target),
        printable(profile.run.planner), profile.memory.sram_arena, peak.layer, printable(title_of(profile, peak.layer)), peak.bytes);
}

} // namespace

ArenaPeak arena_peak(const traces::Profile& profile)
{
    ArenaPeak peak;
    for (int layer = 0; layer < layer_count(profile); ++layer)
        if (const std::uint64_t bytes = held(profile, layer); bytes > peak.bytes)
            peak = {layer, bytes};
    return peak;
}

std::string arena_map(const traces::Profile& profile, TextStyle style)
{
    if (profile.arena.empty())
        return fmt::format("{} has no arena: only networks do\n", printable(profile.run.target));
    constexpr std::size_t name_width = 30, numbers_width = 34;
    const std::size_t room = std::max<std::size_t>(style.width, name_width + numbers_width + 20) - name_width - numbers_width;
    const Columns columns(layer_count(profile), room);
    const Paint paint(style);

    FittedTable table({{"offset"}, {"bytes"}, {"layers"}, {"tensor", Align::left, 0, 12}, {ruler(columns), Align::left}});
    table.add_row({"", "", "", "how full it is", paint.bar(fill_line(profile, columns))});
    for (const ArenaTensor& tensor : profile.arena) {
        const char* const mark = tensor.kind == "scratch" ? "▒" : "█";
        std::string name = printable(tensor.name);
        if (name.size() > name_width)
            name = name.substr(0, name_width - 2) + "..";
        table.add_row({std::to_string(tensor.offset), std::to_string(tensor.bytes), fmt::format("{}-{}", tensor.first, tensor.last), name,
            columns.line([&](int first, int last) { return lives_in(tensor, first, last) ? mark : "·"; })});
    }
    std::string text = heading(profile) + table.text(std::max<std::size_t>(style.width, 1000));
    text += "\n  █ a tensor, ▒ scratch of a layer; the same offset in neighboring layers: computed in place\n";
    if (columns.layers_a_column() > 1)
        text += fmt::format("  a column is {} layers\n", columns.layers_a_column());
    return text;
}

} // namespace report
