// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/graph/model_graph.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace networks {

/// A published network that can be built, what it costs on any chip, and what its authors report.
/// Unknown figures are absent.
struct NetworkInfo {
    std::string name; // "mobilenet-v1-0.25-128"
    std::string
        pattern; // what else can be built like it: "mobilenet-v1[-WIDTH]-RESOLUTION[:CLASSES]"
    std::string family;           // "MobileNetV1"
    std::string title;            // "MobileNetV3 Small, minimalistic"
    std::vector<int> input_shape; // rows, columns, channels; or features
    std::int64_t macs = 0;
    std::int64_t parameters = 0;   // weights, and a bias for each output channel
    std::int64_t weight_bytes = 0; // of those, in flash
    std::int64_t activation_bytes
        = 0; // the most alive at once: what no plan without tricks goes below
    std::optional<double> published_macs, published_parameters; // as published, rounded as there
    std::string measure;                   // what the accuracy is: "ImageNet top-1"
    std::optional<double> top1, top1_int8; // percent, of trained weights: not of ours
    std::string source;                    // of the architecture
    std::string published_source;          // of the figures
};

/// One row a published network, from mcu_models/networks/*.toml.
std::vector<NetworkInfo> network_infos();

/// The network of this name: `family-variant[-width]-resolution[:classes]` or
/// `name[@resolution][:classes]`. The architecture is the published one; the weights are random,
/// the same on every machine, and quantized so that activations use their range. So time, memory
/// and energy are those of the network, its answers are not.
///
/// int8 activations, int8 weights symmetric per channel (fully connected: per tensor), int32 bias.
/// InputError: unknown name (with the nearest ones), impossible width, resolution or number of
/// classes.
graph::ModelGraph build_network(std::string_view name);

/// The same operators, shapes and types, in a hundredth of the time: scales and biases are
/// arbitrary, so it is good for plans and not for running.
graph::ModelGraph outline_network(std::string_view name);

/// What build_network would say of the name, without building.
void check_network_name(std::string_view name);

} // namespace networks
