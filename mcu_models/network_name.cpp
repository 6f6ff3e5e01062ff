// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_name.h"

#include "base/input_error.h"
#include "base/suggest.h"
#include "mcu_models/network_builder.h"
#include "mcu_models/network_catalog.h"
#include "mcu_models/network_layers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace networks {
namespace {

[[noreturn]] void refuse(std::string_view name, const std::string& what)
{
    throw base::InputError(fmt::format("network '{}'", name), what);
}

/// What follows the name of a catalog entry, and where it is an end of a name at all.
std::optional<std::string_view> rest_after(std::string_view name, const CatalogEntry& entry)
{
    if (!name.starts_with(entry.name))
        return std::nullopt;
    const std::string_view rest = name.substr(entry.name.size());
    const std::string_view ends = entry.form == Form::scaled ? "-:" : "@:";
    if (!rest.empty() && ends.find(rest.front()) == std::string_view::npos)
        return std::nullopt;
    return rest;
}

[[noreturn]] void refuse_unknown(std::string_view name)
{
    std::vector<std::string> names, patterns;
    for (const NetworkInfo& info : network_infos())
        names.push_back(info.name);
    for (const CatalogEntry& entry : catalog())
        patterns.push_back(entry.pattern());
    const std::string near = base::suggestion(name, names);
    refuse(name,
        near.empty() ? fmt::format("expected one of {}", fmt::join(patterns, ", "))
                     : "unknown; " + near);
}

struct Suffix {
    double width = 1;
    std::optional<int> resolution, classes;
};

template <class Number>
Number number(std::string_view name, std::string_view word, std::string_view what, Number least,
    Number largest)
{
    Number value {};
    const auto [rest, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || rest != word.data() + word.size()
        || !(value >= least && value <= largest))
        refuse(name,
            fmt::format("expected a {} from {} to {}, found '{}'", what, least, largest, word));
    return value;
}

Suffix parse_suffix(std::string_view name, std::string_view rest, const CatalogEntry& entry)
{
    Suffix suffix;
    if (const std::size_t colon = rest.find(':'); colon != std::string_view::npos) {
        if (entry.classes == 0)
            refuse(name, fmt::format("expected {}: it has no classes to choose", entry.pattern()));
        suffix.classes
            = number(name, rest.substr(colon + 1), "number of classes", 2, largest_classes);
        rest = rest.substr(0, colon);
    }
    if (entry.form != Form::scaled) {
        if (rest.empty())
            return suffix;
        if (entry.resolution == 0)
            refuse(name,
                fmt::format("expected {}: its input is always {}", entry.pattern(),
                    fmt::join(entry.input_shape, "x")));
        suffix.resolution
            = number(name, rest.substr(1), "resolution", least_resolution, largest_resolution);
        return suffix;
    }
    if (rest.empty())
        refuse(name, fmt::format("expected {}, found no resolution", entry.pattern()));
    rest.remove_prefix(1);
    if (const std::size_t dash = rest.find('-'); dash != std::string_view::npos) {
        suffix.width = number(name, rest.substr(0, dash), "width", least_width, largest_width);
        rest = rest.substr(dash + 1);
    }
    suffix.resolution = number(name, rest, "resolution", least_resolution, largest_resolution);
    return suffix;
}

int scaled_channels(const CatalogEntry& entry, double exact)
{
    if (entry.truncating)
        return std::max(8, static_cast<int>(exact));
    const int nearest = std::max(8, static_cast<int>(exact + 4) / 8 * 8);
    return nearest < 0.9 * exact ? nearest + 8 : nearest;
}

std::vector<Block> scaled_blocks(const CatalogEntry& entry, int channels, double width)
{
    std::vector<Block> blocks;
    for (std::size_t i = 0; i < entry.stages.size(); ++i) {
        const Stage& stage = entry.stages[i];
        const bool keeps_depth = entry.ends_keep_depth && (i == 0 || i + 1 == entry.stages.size());
        const int repeats = keeps_depth
            ? stage.repeats
            : static_cast<int>(std::ceil(stage.repeats * entry.own_depth));
        for (int repeat = 0; repeat < repeats; ++repeat) {
            Block block {.kernel = stage.kernel, .activation = stage.activation};
            block.stride = repeat == 0 ? stage.stride : 1;
            block.expands = stage.expansion > 1;
            block.hidden
                = block.expands ? scaled_channels(entry, channels * stage.expansion) : channels;
            block.channels = scaled_channels(entry, stage.channels * width);
            if (stage.squeezes)
                block.squeeze = scaled_channels(entry, block.hidden / 4.0);
            block.linear = !entry.separable;
            block.residual = !entry.separable && block.stride == 1 && block.channels == channels;
            channels = block.channels;
            blocks.push_back(block);
        }
    }
    return blocks;
}

/// Stem, blocks and head with all channels decided.
struct Trunk {
    int stem_channels = 0, last_channels = 0, embedding_channels = 0, classes = 0;
    std::vector<Block> blocks;
};

Trunk trunk_of(const CatalogEntry& entry, double width)
{
    Trunk trunk {entry.stem_channels, entry.last_channels, entry.embedding_channels, entry.classes,
        entry.blocks};
    if (entry.form != Form::scaled)
        return trunk;
    const auto scale = [&](int& channels) {
        if (channels > 0)
            channels = scaled_channels(entry, channels * width);
    };
    if (entry.stem_scales)
        scale(trunk.stem_channels);
    if (entry.last_scales == LastScales::always
        || (entry.last_scales == LastScales::up && width > 1))
        scale(trunk.last_channels);
    if (width > 1)
        scale(trunk.embedding_channels);
    trunk.blocks = scaled_blocks(entry, trunk.stem_channels, width);
    return trunk;
}

std::vector<Layer> layers_of(const CatalogEntry& entry, const Trunk& trunk)
{
    LayerList list;
    int value = list.convolution(
        "stem", network_input, {3, 3}, {2, 2}, trunk.stem_channels, entry.ends_activation);
    for (std::size_t i = 0; i < trunk.blocks.size(); ++i)
        value = list.block(fmt::format("block_{:02}", i), value, trunk.blocks[i]);
    if (trunk.last_channels > 0)
        value = list.convolution("last", value, {}, {}, trunk.last_channels, entry.ends_activation);
    value = list.add({.kind = LayerKind::average, .name = "pool", .inputs = {value}});
    if (trunk.embedding_channels > 0)
        value = list.convolution(
            "embedding", value, {}, {}, trunk.embedding_channels, entry.ends_activation);

    const auto flattened = [&](const std::string& name) {
        return list.add({.kind = LayerKind::flatten, .name = name, .inputs = {value}});
    };
    if (entry.head_is_convolution) {
        value = list.projection("classifier", value, trunk.classes, Target::logits);
        value = flattened("logits");
    } else {
        value = flattened("features");
        value = list.add({.kind = LayerKind::fully_connected,
            .name = "logits",
            .inputs = {value},
            .channels = trunk.classes,
            .target = Target::logits});
    }
    if (entry.softmax)
        list.add({.kind = LayerKind::softmax, .name = "probabilities", .inputs = {value}});
    return list.layers();
}

Architecture scaled_architecture(const CatalogEntry& entry, const Suffix& suffix)
{
    Architecture architecture;
    architecture.padding = entry.padding;
    architecture.input_scale = entry.input_scale;
    architecture.input_zero_point = entry.input_zero_point;
    const int resolution = suffix.resolution.value_or(entry.resolution);
    architecture.input_shape
        = entry.input_shape.empty() ? std::vector {resolution, resolution, 3} : entry.input_shape;
    const int classes = suffix.classes.value_or(entry.classes);
    if (entry.form == Form::layers) {
        architecture.layers = entry.layers;
        architecture.outputs = entry.outputs;
        for (Layer& layer : architecture.layers)
            if (layer.channels == 0)
                layer.channels = classes;
        return architecture;
    }
    Trunk trunk = trunk_of(entry, suffix.width * entry.own_width);
    trunk.classes = classes;
    architecture.layers = layers_of(entry, trunk);
    architecture.outputs = {static_cast<int>(architecture.layers.size()) - 1};
    return architecture;
}

} // namespace

NameParts parts_of(std::string_view name)
{
    const CatalogEntry* found = nullptr;
    for (const CatalogEntry& entry : catalog())
        if (rest_after(name, entry) && (!found || entry.name.size() > found->name.size()))
            found = &entry;
    if (!found)
        refuse_unknown(name);
    const Suffix suffix = parse_suffix(name, *rest_after(name, *found), *found);
    return {found, suffix.width, suffix.resolution, suffix.classes};
}

Architecture architecture_of(std::string_view name)
{
    const NameParts parts = parts_of(name);
    Architecture architecture
        = scaled_architecture(*parts.entry, {parts.width, parts.resolution, parts.classes});
    architecture.name = name;
    shapes_of(architecture); // or it cannot be built
    return architecture;
}

std::string width_text(double width)
{
    const std::string text = fmt::format("{}", width);
    return text.find('.') == std::string::npos ? text + ".0" : text;
}

std::string member_name(const CatalogEntry& entry, std::optional<double> width, int resolution)
{
    if (width)
        return fmt::format("{}-{}-{}", entry.name, width_text(*width), resolution);
    if (resolution > 0 && resolution != entry.resolution)
        return fmt::format("{}@{}", entry.name, resolution);
    return entry.name;
}

} // namespace networks
