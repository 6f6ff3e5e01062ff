// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/placement_request.h"

#include "base/input_error.h"
#include "base/suggest.h"
#include "mcu_models/chip_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace mcu {
namespace {

const std::string option = "--place";

enum class Need { code, constants, variables };

struct Part {
    std::string_view name;
    Need need;
    void (*set)(Placement&, std::string place);
};
constexpr std::array parts = {
    Part {"code", Need::code,
        [](Placement& placement, std::string place) { placement.code = std::move(place); }},
    Part {"weights", Need::constants,
        [](Placement& placement, std::string place) { placement.weights = std::move(place); }},
    Part {"arena", Need::variables,
        [](Placement& placement, std::string place) { placement.arena = {std::move(place)}; }},
    Part {"stack", Need::variables,
        [](Placement& placement, std::string place) { placement.stack = {std::move(place)}; }},
    Part {"data", Need::variables,
        [](Placement& placement, std::string place) { placement.data = {std::move(place)}; }},
};

/// What a role means on a chip: the first region that is one.
struct Role {
    std::string_view name;
    bool (*is)(const Region&);
};
constexpr std::array roles = {
    Role {"flash",
        [](const Region& region) {
            return region.kind == RegionKind::flash
                || (region.kind == RegionKind::external && !region.writable);
        }},
    Role {"sram", [](const Region& region) { return region.kind == RegionKind::sram; }},
    Role {"external", [](const Region& region) { return region.kind == RegionKind::external; }},
};

std::string lower(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(
        result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> pieces;
    for (std::size_t begin = 0; begin <= text.size();) {
        std::size_t end = std::min(text.find(separator, begin), text.size());
        pieces.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return pieces;
}

const Region* find_one(const ChipModel& chip, std::string_view place)
{
    std::string wanted = lower(place);
    for (const Region& region : chip.regions)
        if (lower(region.name) == wanted && region.kind != RegionKind::peripheral)
            return &region;
    auto role = std::ranges::find(roles, wanted, &Role::name);
    if (role == roles.end())
        return nullptr;
    auto found = std::ranges::find_if(chip.regions, role->is);
    return found == chip.regions.end() ? nullptr : &*found;
}

std::string places_text(const ChipModel& chip)
{
    std::vector<std::string> names;
    for (const Region& region : chip.regions)
        if (region.kind != RegionKind::peripheral)
            names.push_back(region.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<const Region*> find_regions(const ChipModel& chip, std::string_view place)
{
    std::vector<const Region*> regions;
    for (std::string_view piece : split(place, '+')) {
        const Region* region = find_one(chip, piece);
        if (!region)
            throw base::InputError(option,
                fmt::format("{} has no memory '{}'; it has {}, and the roles flash, sram, external",
                    chip.name, piece, places_text(chip)));
        regions.push_back(region);
    }
    return regions;
}

std::string joined_name(const std::vector<const Region*>& regions)
{
    std::string name;
    for (const Region* region : regions)
        name += (name.empty() ? "" : "+") + region->name;
    return name;
}

std::string checked_place(const ChipModel& chip, const Part& part, std::string_view text)
{
    std::vector<const Region*> regions = find_regions(chip, text);
    std::string name = joined_name(regions);
    if (!find_range(chip, name))
        throw base::InputError(option,
            fmt::format("'{}' joins regions of {} that do not follow each other", name, chip.name));
    if (part.need != Need::variables && regions.size() > 1)
        throw base::InputError(
            option, fmt::format("{} must be in one region, found '{}'", part.name, name));
    for (const Region* region : regions) {
        if (part.need == Need::variables && !region->writable)
            throw base::InputError(option,
                fmt::format("{} must be in memory that can be written; {} cannot", part.name,
                    region->name));
        if (part.need == Need::code && !region->executable)
            throw base::InputError(option, fmt::format("code cannot run in {}", region->name));
    }
    return name;
}

/// Memory seen through two ports would be given out twice.
void refuse_two_ports(const ChipModel& chip)
{
    const Placement& placement = chip.placement;
    for (const auto& [a, b] :
        {std::pair(placement.code, placement.weights), std::pair(placement.boot, placement.code),
            std::pair(placement.boot, placement.weights)}) {
        const Region *first = chip.find_region(a), *second = chip.find_region(b);
        if (first && second
            && (first->mirror_of == second->name || second->mirror_of == first->name))
            throw base::InputError(option,
                fmt::format(
                    "{} and {} are the same memory: place code and weights in the same of them", a,
                    b));
    }
}

} // namespace

void apply_placement(ChipModel& chip, std::string_view request)
{
    Placement placement = chip.placement;
    std::set<std::string_view> seen;
    std::vector<std::string> canonical;
    std::vector<std::string> names;
    for (const Part& part : parts)
        names.emplace_back(part.name);
    for (std::string_view piece : split(request, ',')) {
        std::size_t equals = piece.find('=');
        if (equals == piece.npos || equals == 0 || equals + 1 == piece.size())
            throw base::InputError(option,
                fmt::format("expected PART=PLACE, such as weights=flash,arena=dtcm, found '{}'; "
                            "parts are {}",
                    piece, fmt::join(names, ", ")));
        std::string_view name = piece.substr(0, equals);
        auto part = std::ranges::find(parts, name, &Part::name);
        if (part == parts.end()) {
            std::string hint = base::suggestion(std::string(name), names);
            throw base::InputError(option,
                fmt::format("knows no part '{}'{}; parts are {}", name,
                    hint.empty() ? "" : "; " + hint, fmt::join(names, ", ")));
        }
        if (!seen.insert(name).second)
            throw base::InputError(option, fmt::format("'{}' is placed twice", name));
        std::string place = checked_place(chip, *part, piece.substr(equals + 1));
        canonical.push_back(fmt::format("{}={}", name, place));
        part->set(placement, std::move(place));
    }
    placement.request = fmt::format("{}", fmt::join(canonical, ","));

    // Start-up follows code into another port of the same memory; elsewhere it stays where the chip
    // begins.
    chip.placement = std::move(placement);
    const Region* code = chip.find_region(chip.placement.code);
    if (code && code->mirror_of == chip.placement.boot)
        chip.placement.boot = chip.placement.code;
    refuse_two_ports(chip);
}

} // namespace mcu
