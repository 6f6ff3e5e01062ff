// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/target.h"

#include "base/hash.h"
#include "base/input_error.h"
#include "mcu_models/graph/tflite_reader.h"
#include "mcu_models/graph/tflite_writer.h"
#include "mcu_models/network_builder.h"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>

namespace profiler {
namespace {

bool is_elf(const base::ByteVector& bytes) { return bytes.size() >= 4 && std::memcmp(bytes.data(), "\177ELF", 4) == 0; }

std::vector<std::uint8_t> pattern(const graph::Tensor& tensor)
{
    std::vector<std::uint8_t> bytes;
    for (std::int64_t i = 0; i < tensor.elements(); ++i) {
        int value = static_cast<int>((i * 37 + 11) % 256) - 128;
        auto append = [&](auto element) {
            const auto* raw = reinterpret_cast<const std::uint8_t*>(&element);
            bytes.insert(bytes.end(), raw, raw + sizeof element);
        };
        switch (tensor.type) {
        case graph::ElementType::float32: append(static_cast<float>(value) / 128.0f); break;
        case graph::ElementType::uint8: append(static_cast<std::uint8_t>(value + 128)); break;
        case graph::ElementType::int16: append(static_cast<std::int16_t>(value * 256)); break;
        case graph::ElementType::int32: append(static_cast<std::int32_t>(value)); break;
        case graph::ElementType::int64: append(static_cast<std::int64_t>(value)); break;
        default: append(static_cast<std::int8_t>(value));
        }
    }
    return bytes;
}

} // namespace

Target load_target(const std::string& text)
{
    Target target {.name = std::filesystem::path(text).filename().string(), .where = text, .kind = {}, .sha256 = {}, .graph = {}, .elf = {}};
    bool looks_like_a_file = text.find('/') != std::string::npos || text.ends_with(".tflite") || text.ends_with(".elf") || std::filesystem::exists(text);
    if (!looks_like_a_file) {
        target.kind = "network";
        target.graph = networks::build_network(text);
        target.sha256 = base::sha256_hex(graph::write_tflite(*target.graph));
        return target;
    }
    base::ByteVector bytes = base::read_bytes(text);
    target.sha256 = base::sha256_hex(bytes);
    if (is_elf(bytes)) {
        target.kind = "elf";
        target.elf = std::move(bytes);
    } else {
        target.kind = "tflite";
        target.graph = graph::read_tflite(bytes, text);
    }
    return target;
}

std::vector<std::vector<std::uint8_t>> network_inputs(const graph::ModelGraph& graph, const std::optional<std::string>& file)
{
    std::vector<std::vector<std::uint8_t>> inputs;
    if (!file) {
        for (graph::TensorIndex index : graph.inputs)
            inputs.push_back(pattern(graph.tensor(index)));
        return inputs;
    }
    base::ByteVector bytes = base::read_bytes(*file);
    std::size_t expected = 0;
    for (graph::TensorIndex index : graph.inputs)
        expected += static_cast<std::size_t>(graph.tensor(index).bytes());
    if (bytes.size() != expected)
        throw base::InputError(*file, fmt::format("expected {} bytes, what the network's inputs take, found {}", expected, bytes.size()));
    auto at = bytes.begin();
    for (graph::TensorIndex index : graph.inputs) {
        auto end = at + static_cast<std::ptrdiff_t>(graph.tensor(index).bytes());
        inputs.emplace_back(at, end);
        at = end;
    }
    return inputs;
}

} // namespace profiler
