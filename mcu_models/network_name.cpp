// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_name.h"

#include "base/input_error.h"
#include "base/suggest.h"
#include "mcu_models/network_builder.h"
#include "mcu_models/network_catalog.h"

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
    const std::string_view ends = entry.scaled ? "-:" : "@:";
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
        suffix.classes
            = number(name, rest.substr(colon + 1), "number of classes", 2, largest_classes);
        rest = rest.substr(0, colon);
    }
    if (!entry.scaled) {
        if (!rest.empty())
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

void add_stages(Architecture& architecture, const CatalogEntry& entry, double width)
{
    int channels = architecture.stem_channels;
    for (std::size_t i = 0; i < entry.stages.size(); ++i) {
        const Stage& stage = entry.stages[i];
        const bool keeps_depth = entry.ends_keep_depth && (i == 0 || i + 1 == entry.stages.size());
        const int repeats = keeps_depth
            ? stage.repeats
            : static_cast<int>(std::ceil(stage.repeats * entry.own_depth));
        for (int repeat = 0; repeat < repeats; ++repeat) {
            Block block;
            block.kernel = stage.kernel;
            block.stride = repeat == 0 ? stage.stride : 1;
            block.expands = stage.expansion > 1;
            block.hidden = channels * stage.expansion;
            block.channels = scaled_channels(entry, stage.channels * width);
            block.linear = !entry.separable;
            block.residual = !entry.separable && block.stride == 1 && block.channels == channels;
            channels = block.channels;
            architecture.blocks.push_back(block);
        }
    }
}

} // namespace

Architecture architecture_of(std::string_view name)
{
    const CatalogEntry* found = nullptr;
    for (const CatalogEntry& entry : catalog())
        if (rest_after(name, entry) && (!found || entry.name.size() > found->name.size()))
            found = &entry;
    if (!found)
        refuse_unknown(name);
    const Suffix suffix = parse_suffix(name, *rest_after(name, *found), *found);

    Architecture architecture = found->common;
    architecture.name = name;
    architecture.resolution = suffix.resolution.value_or(architecture.resolution);
    architecture.classes = suffix.classes.value_or(architecture.classes);
    if (found->scaled) {
        const double width = suffix.width * found->own_width;
        if (found->stem_scales)
            architecture.stem_channels
                = scaled_channels(*found, architecture.stem_channels * width);
        if (found->last_scales_up && width > 1)
            architecture.last_channels
                = scaled_channels(*found, architecture.last_channels * width);
        add_stages(architecture, *found, width);
    }
    return architecture;
}

} // namespace networks
