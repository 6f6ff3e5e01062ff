// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/chip_model.h"

#include "base/check.h"
#include "base/input_error.h"
#include "mcu_models/chip_reader.h"
#include "mcu_models/model_files.h"
#include "mcu_models/power_model.h"
#include "mcu_models/quantity_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace mcu {
namespace {

/// Of the first step that the bus is not too fast for; 0 without steps. Tables reach the highest
/// clock (chip_rules.cpp).
std::uint32_t step_of(
    const std::vector<WaitStates>& steps, base::Hertz clock, std::uint32_t divider)
{
    for (const WaitStates& row : steps)
        if (clock <= row.up_to * divider)
            return row.wait_states;
    CHECK(steps.empty());
    return 0;
}

/// The chip's range of that name, or the first if none is asked for.
const SupplyRange& find_supply(const ChipModel& chip, std::string_view supply)
{
    if (supply.empty())
        return chip.supplies.front();
    auto found = std::ranges::find(chip.supplies, supply, &SupplyRange::name);
    if (found != chip.supplies.end())
        return *found;
    std::vector<std::string> names;
    for (const SupplyRange& range : chip.supplies)
        names.push_back("'" + range.name + "'");
    throw base::InputError(chip.name,
        fmt::format("knows no supply '{}'; there are {}", supply, fmt::join(names, ", ")));
}

void choose_supply(ChipModel& chip, std::string_view supply)
{
    if (chip.supplies.size() <= 1 && !supply.empty())
        throw base::InputError(chip.name,
            fmt::format("has wait states for one supply range only, asked for '{}'", supply));
    if (chip.supplies.empty())
        return;
    const SupplyRange& range = find_supply(chip, supply);
    chip.supply = range.name;
    chip.flash_wait_states = range.steps;
    chip.wait_states_source = range.source;
    chip.wait_states_grade = range.grade;
}

/// At the chosen supply: a table that ends below the bus's maximum bounds the core.
base::Hertz highest_clock(const ChipModel& chip)
{
    if (chip.flash_wait_states.empty() || chip.flash_wait_states.back().up_to >= chip.bus_maximum)
        return chip.maximum_clock;
    std::uint64_t divider = chip.maximum_clock.count() / chip.bus_maximum.count();
    return std::min(chip.maximum_clock,
        chip.flash_wait_states.back().up_to * std::max<std::uint64_t>(divider, 1));
}

} // namespace

bool Region::contains(std::uint32_t address) const
{
    // Below the start the difference wraps around to something larger than any size.
    return address - start < size || (alias && address - *alias < size);
}

std::uint32_t ChipModel::bus_divider() const
{
    std::uint32_t divider = 1;
    while (clock > bus_maximum * divider)
        divider *= 2;
    return divider;
}

std::uint32_t ChipModel::wait_states() const
{
    return step_of(flash_wait_states, clock, bus_divider());
}

ChipModel::Waits ChipModel::waits_of(const Region& region) const
{
    std::uint32_t divider = bus_divider();
    bool of_flash = region.kind == RegionKind::flash && region.fetch_line_bytes > 0;
    std::uint32_t states
        = (of_flash ? wait_states() : 0) + step_of(region.wait_states, clock, divider);
    std::uint32_t unit = region.in_bus_cycles ? divider : 1;
    Waits waits;
    waits.read = states * divider + region.read_wait * unit;
    waits.write = step_of(region.wait_states, clock, divider) * divider + region.write_wait * unit;
    waits.fetch = waits.read + region.fetch_wait * unit;
    return waits;
}

const Region* ChipModel::find_region(std::string_view region) const
{
    auto found = std::ranges::find(regions, region, &Region::name);
    return found == regions.end() ? nullptr : &*found;
}

const Region* ChipModel::region_at(std::uint32_t address) const
{
    auto found = std::ranges::find_if(
        regions, [address](const Region& region) { return region.contains(address); });
    return found == regions.end() ? nullptr : &*found;
}

AddressRange ChipModel::range_of(std::string_view placement_entry) const
{
    std::optional<AddressRange> range = find_range(*this, placement_entry);
    CHECK(range);
    return *range;
}

ChipModel load_chip(std::string_view name, base::Hertz clock, std::string_view supply)
{
    ModelFile file = find_chip_file(name);
    return parse_chip(file.text, file.where, clock, supply);
}

ChipModel parse_chip(
    std::string_view text, const std::string& where, base::Hertz clock, std::string_view supply)
{
    ChipModel chip = read_chip(text, where);
    SupplyRequest request = parse_supply(supply, chip.name);
    choose_supply(chip, request.range);
    base::Hertz highest = highest_clock(chip);
    if (clock > highest)
        throw base::InputError(chip.name,
            fmt::format("runs at up to {}{}, asked for {}", clock_text(highest),
                highest < chip.maximum_clock ? " at supply '" + chip.supply + "'" : "",
                clock_text(clock)));
    if (chip.bus_maximum < chip.maximum_clock && !chip.flash_wait_states.empty())
        chip.bus_maximum = std::min(chip.bus_maximum, chip.flash_wait_states.back().up_to);
    chip.clock = clock == base::Hertz() ? std::min(chip.default_clock, highest) : clock;
    choose_power_supply(chip, request);
    return chip;
}

std::vector<std::string> chip_names() { return chip_file_names(); }

} // namespace mcu
