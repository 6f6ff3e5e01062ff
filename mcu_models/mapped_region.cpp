// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/mapped_region.h"

#include "base/input_error.h"
#include "mcu_models/chip_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <vector>

namespace mcu {
namespace {

constexpr std::uint64_t page = 4096, address_space = std::uint64_t {1} << 32;

struct Range {
    std::string_view name;
    std::uint64_t start = 0, end = 0;
};
/// Where every Cortex-M has its peripherals (Armv7-M ARM, B3.1), and where the RP2040 has more.
constexpr Range peripherals[]
    = {{"peripherals", 0x40000000, 0x60000000}, {"peripherals", 0xd0000000, 0xe0100000}};

struct Unit {
    std::string_view name;
    std::uint64_t factor = 1;
};
constexpr Unit units[]
    = {{"", 1}, {"K", 1 << 10}, {"k", 1 << 10}, {"KiB", 1 << 10}, {"M", 1 << 20}, {"MiB", 1 << 20}};

/// A whole number with an optional unit; nothing if it is anything else or does not fit.
std::optional<std::uint64_t> number(std::string_view text, bool with_unit)
{
    bool hex = text.starts_with("0x") || text.starts_with("0X");
    if (hex)
        text.remove_prefix(2);
    std::uint64_t value = 0;
    auto [end, error]
        = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
    std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
    auto unit = std::ranges::find(units, rest, &Unit::name);
    if (error != std::errc() || unit == std::end(units) || (unit->factor != 1 && !with_unit)
        || value > address_space / unit->factor)
        return std::nullopt;
    return value * unit->factor;
}

void refuse_overlap(const Range& region, const Range& other, const std::string& chip)
{
    if (region.start < other.end && other.start < region.end)
        throw base::InputError("--map " + std::string(region.name),
            fmt::format("expected a place that is free on {}, found {:#010x} to {:#010x}, which "
                        "overlaps {} at {:#010x} to {:#010x}",
                chip, region.start, region.end - 1, other.name, other.start, other.end - 1));
}

/// Emulators map whole pages, so a bank's last page is taken as a whole.
std::vector<Range> ranges_of(const Region& region)
{
    std::uint64_t size = (region.size + page - 1) / page * page;
    std::vector<Range> ranges {{region.name, region.start, region.start + size}};
    if (region.alias)
        ranges.push_back({region.name, *region.alias, *region.alias + size});
    return ranges;
}

void refuse_overlaps(const ChipModel& chip, const Region& mapped)
{
    std::vector<Range> own = ranges_of(mapped),
                       others(std::begin(peripherals), std::end(peripherals));
    for (const Region& other : chip.regions)
        if (other.name != mapped.name)
            std::ranges::copy(ranges_of(other), std::back_inserter(others));
    if (own.size() > 1)
        refuse_overlap(own[0], own[1], chip.title);
    for (const Range& place : own)
        for (const Range& other : others)
            refuse_overlap(place, other, chip.title);
}

/// Banks that a placement joins may not touch any more.
void drop_broken_placements(
    const ChipModel& chip, std::vector<std::string>& entries, const MappedRegion& mapped)
{
    std::erase_if(entries, [&](const std::string& entry) { return !find_range(chip, entry); });
    if (entries.empty())
        throw base::InputError(
            "--map " + mapped.name, fmt::format("leaves {} without a place for data", chip.title));
}

} // namespace

MappedRegion parse_mapped_region(std::string_view text)
{
    auto refuse = [&](const std::string& what) {
        throw base::InputError("--map",
            fmt::format(
                "expected NAME=BASE:SIZE, such as ram=0x60000000:64K; {} in '{}'", what, text));
    };
    std::size_t equals = text.find('='), colon = text.find(':', std::min(equals, text.size()));
    if (equals == text.npos || colon == text.npos || equals == 0)
        refuse("no such form");
    MappedRegion mapped {.name = std::string(text.substr(0, equals))};
    auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || c == '_' || c == '-' || c == '.' || c == ' ';
    };
    if (!std::ranges::all_of(mapped.name, allowed))
        refuse("a name has letters, digits, '_', '-' and '.' only,");
    std::optional<std::uint64_t> start = number(text.substr(equals + 1, colon - equals - 1), false),
                                 size = number(text.substr(colon + 1), true);
    if (!start || *start >= address_space)
        refuse("no 32-bit address");
    if (!size || *size == 0)
        refuse("no size");
    if (*start % page != 0 || *size % page != 0)
        refuse("BASE and SIZE must be multiples of 4K");
    if (*start + *size > address_space)
        refuse("it ends beyond the 32-bit address space");
    if (*size > address_space / 2)
        refuse("a size above 2048M");
    mapped.start = static_cast<std::uint32_t>(*start);
    mapped.size = static_cast<std::uint32_t>(*size);
    return mapped;
}

ChipModel with_region(ChipModel chip, const MappedRegion& mapped)
{
    auto own = std::ranges::find(chip.regions, mapped.name, &Region::name);
    if (own == chip.regions.end()) {
        Region added;
        added.name = mapped.name;
        own = chip.regions.insert(chip.regions.end(), added);
    } else if (own->start != mapped.start) {
        own->alias.reset();
    }
    own->start = mapped.start;
    own->size = mapped.size;
    own->source = command_line_source;
    own->grade = Grade::estimate;

    refuse_overlaps(chip, *own);
    drop_broken_placements(chip, chip.placement.arena, mapped);
    drop_broken_placements(chip, chip.placement.stack, mapped);
    return chip;
}

} // namespace mcu
