// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/verifier.h"

#include <fmt/format.h>

#include <cstring>

namespace record {
namespace {

std::string element_text(graph::ElementType type, const std::uint8_t* at)
{
    switch (type) {
    case graph::ElementType::int8: return std::to_string(static_cast<std::int8_t>(*at));
    case graph::ElementType::int16: {
        std::int16_t value;
        std::memcpy(&value, at, sizeof value);
        return std::to_string(value);
    }
    case graph::ElementType::int32: {
        std::int32_t value;
        std::memcpy(&value, at, sizeof value);
        return std::to_string(value);
    }
    case graph::ElementType::float32: {
        float value;
        std::memcpy(&value, at, sizeof value);
        return fmt::format("{}", value);
    }
    default: return std::to_string(*at);
    }
}

} // namespace

Verifier::Verifier(const sim::Machine& machine, const firmware::Firmware& firmware, const graph::ModelGraph& graph, graph::Interpretation expected)
    : machine_(machine)
    , firmware_(firmware)
    , graph_(graph)
    , expected_(std::move(expected))
{
}

void Verifier::layer_finished(std::size_t layer)
{
    ++compared_;
    if (first_difference_)
        return;
    const auto& outputs = firmware_.step_outputs.at(layer);
    for (std::size_t k = 0; k < outputs.size(); ++k) {
        const firmware::TensorAddress& tensor = outputs[k];
        std::vector<std::uint8_t> found = machine_.read_memory(tensor.address, tensor.bytes);
        const graph::TensorBytes& expected = expected_.outputs.at(layer).at(k);
        if (found == expected)
            continue;
        std::size_t size = graph::size_of(tensor.type), elements = found.size() / size, different = 0, first = elements;
        for (std::size_t i = 0; i < elements && (i + 1) * size <= expected.size(); ++i)
            if (std::memcmp(&found[i * size], &expected[i * size], size) != 0) {
                first = std::min(first, i);
                ++different;
            }
        first_difference_ = first == elements
            ? fmt::format("layer {} ({}): output {} has {} bytes, expected {}", layer, firmware_.layers.at(layer).function, k, found.size(), expected.size())
            : fmt::format("layer {} ({}): output {}, element {} of {}: expected {}, found {}; {} elements differ", layer,
                  firmware_.layers.at(layer).function, k, first, elements, element_text(tensor.type, &expected[first * size]),
                  element_text(tensor.type, &found[first * size]), different);
        return;
    }
}

} // namespace record
