// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/network_family.h"

#include "base/input_error.h"
#include "base/suggest.h"
#include "mcu_models/network_catalog.h"
#include "mcu_models/network_name.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace networks {
namespace {

constexpr double usual_widths[] = {0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.75, 0.9, 1};
constexpr int resolution_step = 16;

/// "mcunet" and "mcunet-vww" for "mcunet-vww1", "efficientnet-lite" for "efficientnet-lite0".
std::vector<std::string> beginnings(const std::string& name)
{
    std::vector<std::string> result;
    for (std::size_t i = 1; i < name.size(); ++i) {
        const bool digits_follow = name.find_first_not_of("0123456789", i) == std::string::npos;
        const bool digit_before = name[i - 1] >= '0' && name[i - 1] <= '9';
        if (name[i] == '-' || (digits_follow && !digit_before && name[i - 1] != 'v'))
            result.push_back(name.substr(0, i));
    }
    return result;
}

std::vector<const CatalogEntry*> entries_of(std::string_view family)
{
    std::vector<const CatalogEntry*> found;
    for (const CatalogEntry& entry : catalog())
        if (entry.name == family)
            return {&entry};
    for (const CatalogEntry& entry : catalog())
        if (std::ranges::count(beginnings(entry.name), family) > 0)
            found.push_back(&entry);
    if (!found.empty())
        return found;
    const std::vector<std::string> names = family_names();
    const std::string near = base::suggestion(family, names);
    throw base::InputError(fmt::format("family '{}'", family),
        near.empty() ? fmt::format("expected one of {}", fmt::join(names, ", "))
                     : "unknown; " + near);
}

std::vector<int> resolutions_of(const CatalogEntry& entry, const FamilyRequest& request)
{
    if (entry.form != Form::scaled && entry.resolution == 0)
        return {0};
    if (!request.resolutions.empty()) {
        std::set<int> asked(request.resolutions.begin(), request.resolutions.end());
        return {asked.begin(), asked.end()};
    }
    std::set<int> resolutions;
    for (const Published& row : entry.published)
        resolutions.insert(row.resolution);
    for (int resolution = least_resolution; resolution < *resolutions.rbegin();
         resolution += resolution_step)
        resolutions.insert(resolution);
    return {resolutions.begin(), resolutions.end()};
}

std::vector<std::optional<double>> widths_of(
    const CatalogEntry& entry, const FamilyRequest& request)
{
    if (entry.form != Form::scaled)
        return {std::nullopt};
    std::set<double> widths(request.widths.begin(), request.widths.end());
    if (widths.empty()) {
        widths.insert(std::begin(usual_widths), std::end(usual_widths));
        for (const Published& row : entry.published)
            widths.insert(*row.width);
    }
    return {widths.begin(), widths.end()};
}

FamilyMember member(const CatalogEntry& entry, std::optional<double> width, int resolution,
    const FamilyRequest& request)
{
    FamilyMember member;
    member.width = width;
    member.resolution = resolution;
    member.name = member_name(entry, width, resolution);
    if (request.classes && entry.classes > 0)
        member.name += fmt::format(":{}", *request.classes);
    const NetworkSize size = size_of(architecture_of(member.name));
    member.macs = size.macs;
    member.parameters = size.parameters;
    for (const Published& row : entry.published)
        if (row.width == width && (row.resolution == resolution || resolution == 0))
            member.accuracy = row.top1 ? row.top1 : row.top1_int8;
    return member;
}

} // namespace

std::vector<FamilyLine> family_lines(std::string_view family, const FamilyRequest& request)
{
    std::vector<FamilyLine> lines;
    for (const CatalogEntry* entry : entries_of(family))
        for (const std::optional<double>& width : widths_of(*entry, request)) {
            FamilyLine line;
            line.network = entry->name;
            line.name = width ? fmt::format("{}-{}", entry->name, width_text(*width)) : entry->name;
            line.measure = entry->measure;
            line.published_classes = entry->classes;
            for (const int resolution : resolutions_of(*entry, request))
                line.members.push_back(member(*entry, width, resolution, request));
            lines.push_back(std::move(line));
        }
    return lines;
}

std::vector<std::string> family_names()
{
    std::vector<std::string> names;
    std::vector<std::string> common;
    for (const CatalogEntry& entry : catalog()) {
        names.push_back(entry.name);
        for (const std::string& beginning : beginnings(entry.name))
            common.push_back(beginning);
    }
    std::ranges::sort(common);
    for (const std::string& beginning : common)
        if (std::ranges::count(common, beginning) > 1 && std::ranges::count(names, beginning) == 0)
            names.push_back(beginning);
    return names;
}

FamilyPlace place_in_family(std::string_view network)
{
    const NameParts parts = parts_of(network);
    return {parts.entry->name,
        parts.entry->form == Form::scaled ? std::optional(parts.width) : std::nullopt,
        parts.resolution.value_or(parts.entry->resolution), parts.classes};
}

} // namespace networks
