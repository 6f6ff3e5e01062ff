// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_builder.h"

#include "mcu_models/network_assembler.h"
#include "mcu_models/network_catalog.h"
#include "mcu_models/network_name.h"

#include <fmt/format.h>

namespace networks {
namespace {

Value add_block(
    NetworkAssembler& assembler, const std::string& name, const Block& block, const Value& in)
{
    Value hidden;
    if (block.expands)
        hidden = assembler.convolution(name + "/expand", in, 1, 1, block.hidden, Target::relu6);
    hidden = assembler.depthwise(
        name + "/depthwise", block.expands ? hidden : in, block.kernel, block.stride);
    Value out = assembler.convolution(name + "/project", hidden, 1, 1, block.channels,
        block.linear ? Target::linear : Target::relu6);
    return block.residual ? assembler.add(name + "/add", in, out) : out;
}

/// "1.0", "0.25": the shortest text, but with a point.
std::string width_text(double width)
{
    const std::string text = fmt::format("{}", width);
    return text.find('.') == std::string::npos ? text + ".0" : text;
}

std::optional<double> millions(std::optional<double> value)
{
    if (value)
        *value *= 1e6;
    return value;
}

std::string name_of(const CatalogEntry& entry, const Published& row)
{
    if (row.width)
        return fmt::format("{}-{}-{}", entry.name, width_text(*row.width), row.resolution);
    return entry.name;
}

} // namespace

graph::ModelGraph build_network(std::string_view name)
{
    const Architecture architecture = architecture_of(name);
    NetworkAssembler assembler(architecture.name, architecture.padding);

    Value value = assembler.input(
        architecture.resolution, architecture.input_scale, architecture.input_zero_point);
    value = assembler.convolution("stem", value, 3, 2, architecture.stem_channels, Target::relu6);
    for (std::size_t i = 0; i < architecture.blocks.size(); ++i)
        value = add_block(assembler, fmt::format("block_{:02}", i), architecture.blocks[i], value);
    if (architecture.last_channels > 0)
        value
            = assembler.convolution("last", value, 1, 1, architecture.last_channels, Target::relu6);

    value = assembler.average("pool", value);
    if (architecture.head_is_convolution) {
        value = assembler.convolution(
            "classifier", value, 1, 1, architecture.classes, Target::logits);
        value = assembler.flattened("logits", value);
    } else {
        value = assembler.flattened("features", value);
        value = assembler.fully_connected("logits", value, architecture.classes);
    }
    if (architecture.softmax)
        value = assembler.softmax("probabilities", value);
    return std::move(assembler).finish(value);
}

std::vector<NetworkInfo> network_infos()
{
    std::vector<NetworkInfo> infos;
    for (const CatalogEntry& entry : catalog())
        for (const Published& row : entry.published) {
            NetworkInfo info;
            info.name = name_of(entry, row);
            info.pattern = entry.pattern();
            info.title = entry.title;
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
