// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fuzz/tflite_target.h"

#include "base/check.h"
#include "base/input_error.h"
#include "mcu_models/graph/explicit_padding.h"
#include "mcu_models/graph/fold_padding.h"
#include "mcu_models/graph/tflite_reader.h"
#include "mcu_models/graph/tflite_writer.h"

#include <optional>

namespace {

std::optional<graph::ModelGraph> read(std::span<const std::uint8_t> bytes)
{
    try {
        return graph::read_tflite(bytes, "fuzz.tflite");
    } catch (const base::InputError& error) {
        CHECK(std::string_view(error.what()).starts_with("fuzz.tflite: "));
        return std::nullopt;
    }
}

/// The format cannot hold every pool that a graph can, but one that was read it can.
void check_round_trip(const graph::ModelGraph& graph)
{
    const std::optional<graph::ModelGraph> again = read(graph::write_tflite(graph));
    CHECK(again.has_value());
    CHECK(dump(*again) == dump(with_explicit_padding(graph)));
}

} // namespace

void read_hostile_tflite(std::span<const std::uint8_t> bytes)
{
    const std::optional<graph::ModelGraph> graph = read(bytes);
    if (!graph)
        return;
    for (const graph::Operator& op : graph->operators)
        CHECK(!title_of(*graph, op).empty());
    CHECK(parameters_of(*graph) >= 0);
    check_round_trip(*graph);
    check_round_trip(graph::fold_padding(*graph).graph);
}

bool is_readable_tflite(std::span<const std::uint8_t> bytes) { return read(bytes).has_value(); }
