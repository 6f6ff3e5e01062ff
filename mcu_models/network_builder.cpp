// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_builder.h"

#include "base/check.h"
#include "mcu_models/network_assembler.h"
#include "mcu_models/network_catalog.h"
#include "mcu_models/network_name.h"

#include <fmt/format.h>

namespace networks {
namespace {

Value add_layer(
    NetworkAssembler& assembler, const Layer& layer, const std::vector<const Value*>& inputs)
{
    const Value& in = *inputs.front();
    switch (layer.kind) {
    case LayerKind::convolution:
        return assembler.convolution(layer, in);
    case LayerKind::depthwise:
        return assembler.depthwise(layer, in);
    case LayerKind::fully_connected:
        return assembler.fully_connected(layer, in);
    case LayerKind::add:
        return assembler.add(layer, in, *inputs.at(1));
    case LayerKind::multiply:
        return assembler.multiply(layer, in, *inputs.at(1));
    case LayerKind::hard_swish:
        return assembler.hard_swish(layer, in);
    case LayerKind::hard_sigmoid:
        return assembler.hard_sigmoid(layer, in);
    case LayerKind::max_pool:
        return assembler.max_pool(layer, in);
    case LayerKind::average:
        return assembler.average(layer, in);
    case LayerKind::upsample:
        return assembler.upsample(layer, in);
    case LayerKind::flatten:
        return assembler.flatten(layer, in);
    case LayerKind::softmax:
        return assembler.softmax(layer, in);
    }
    CHECK(!"layer kind out of range");
    return {};
}

graph::ModelGraph assembled(
    const Architecture& architecture, NetworkAssembler::Calibration calibration)
{
    NetworkAssembler assembler(architecture.name, architecture.padding, calibration);
    // The input first. What no later layer reads is let go: the images of large layers are large.
    std::vector<Value> values = {assembler.input(
        architecture.input_shape, architecture.input_scale, architecture.input_zero_point)};
    std::vector<std::size_t> last_use(architecture.layers.size() + 1, 0);
    for (std::size_t i = 0; i < architecture.layers.size(); ++i)
        for (const int input : architecture.layers[i].inputs)
            last_use[static_cast<std::size_t>(input + 1)] = i;
    for (std::size_t i = 0; i < architecture.layers.size(); ++i) {
        const Layer& layer = architecture.layers[i];
        std::vector<const Value*> inputs;
        for (const int input : layer.inputs)
            inputs.push_back(&values[static_cast<std::size_t>(input + 1)]);
        values.push_back(add_layer(assembler, layer, inputs));
        for (const int input : layer.inputs)
            if (last_use[static_cast<std::size_t>(input + 1)] == i)
                values[static_cast<std::size_t>(input + 1)].images.clear();
    }
    std::vector<Value> outputs;
    for (const int output : architecture.outputs)
        outputs.push_back(values[static_cast<std::size_t>(output + 1)]);
    return std::move(assembler).finish(outputs);
}

std::optional<double> millions(std::optional<double> value)
{
    if (value)
        *value *= 1e6;
    return value;
}

} // namespace

graph::ModelGraph build_network(std::string_view name)
{
    return assembled(architecture_of(name), NetworkAssembler::Calibration::images);
}

graph::ModelGraph outline_network(std::string_view name)
{
    return assembled(architecture_of(name), NetworkAssembler::Calibration::none);
}

void check_network_name(std::string_view name) { architecture_of(name); }

std::vector<NetworkInfo> network_infos()
{
    std::vector<NetworkInfo> infos;
    for (const CatalogEntry& entry : catalog())
        for (const Published& row : entry.published) {
            NetworkInfo info;
            info.name = member_name(entry, row.width, row.resolution);
            info.pattern = entry.pattern();
            info.family = entry.family;
            info.title = entry.title;
            const Architecture architecture = architecture_of(info.name);
            info.input_shape = architecture.input_shape;
            const NetworkSize size = size_of(architecture);
            info.macs = size.macs;
            info.parameters = size.parameters;
            info.weight_bytes = size.weight_bytes;
            info.activation_bytes = size.activation_bytes;
            info.measure = entry.measure;
            info.published_macs = millions(row.million_macs);
            info.published_parameters = millions(row.million_parameters);
            info.top1 = row.top1;
            info.top1_int8 = row.top1_int8;
            info.source = entry.source;
            info.published_source = entry.published_source;
            infos.push_back(std::move(info));
        }
    return infos;
}

} // namespace networks
