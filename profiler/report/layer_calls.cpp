// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/report/cost_text.h"
#include "profiler/report/fitted_table.h"
#include "profiler/report/layer_table.h"

#include <fmt/format.h>

namespace report {

std::string layer_calls(const traces::Profile& profile, TextStyle style)
{
    using base::Align;
    Paint paint(style);
    FittedTable table({{"#"}, {"layer", Align::left, 0, 20}, {"begins at", Align::right, 4},
        {"instructions", Align::right, 3}, {"cycles"}, {"share"}, {"", Align::left, 1},
        {"stack", Align::right, 5}, {"flash read", Align::right, 6},
        {"waits", Align::left, 2, 16}});
    auto bytes = [](std::uint64_t value) { return value == 0 ? "" : base::scaled_bytes(value); };
    for (const traces::Layer& layer : profile.layers) {
        bool outside = layer.index < 0;
        double share = share_of_run(layer.cycles, profile);
        table.add_row({outside ? "" : fmt::format("{}", layer.index),
            outside ? "(outside layers)"
                    : printable(layer.title.empty() ? layer.name : layer.title),
            outside ? "" : base::scaled(real(layer.start_cycle)),
            base::scaled(real(layer.instructions)), base::scaled(real(layer.cycles)),
            percent(share, 1), paint.bar(base::bar(share, bar_width)), bytes(layer.stack),
            bytes(layer.flash_read_bytes), waits_text(layer.cycles_by_cause, layer.cycles)});
    }
    return table.text(style.width);
}

} // namespace report
