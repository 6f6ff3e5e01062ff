// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/interpreter.h"
#include "profiler/firmware/firmware.h"
#include "sim/machine.h"

#include <optional>
#include <string>

namespace record {

/// Compares what each layer left in the simulated memory with the host's reference, right after the layer, before its
/// bytes are used for something else (`--verify`).
class Verifier {
public:
    Verifier(const sim::Machine& machine, const firmware::Firmware& firmware, const graph::ModelGraph& graph, graph::Interpretation expected);

    void layer_finished(std::size_t layer);

    /// "layer 7 (layer_007_conv_2d): output 0, element 1234 of 8000: expected -3, found -4; 17 elements differ".
    const std::optional<std::string>& first_difference() const { return first_difference_; }
    std::size_t compared_layers() const { return compared_; }

private:
    const sim::Machine& machine_;
    const firmware::Firmware& firmware_;
    const graph::ModelGraph& graph_;
    graph::Interpretation expected_;
    std::optional<std::string> first_difference_;
    std::size_t compared_ = 0;
};

} // namespace record
