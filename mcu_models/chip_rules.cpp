// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/chip_rules.h"

#include "base/input_error.h"
#include "mcu_models/chip_reader.h"
#include "mcu_models/quantity_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>

namespace mcu {
namespace {

/// Names become file names and parts of reports.
void reject_a_name_that_is_no_file_name(const TomlTable& file, const ChipModel& chip)
{
    auto allowed
        = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (!std::ranges::all_of(chip.name, allowed))
        file.refuse("name",
            fmt::format("a chip's name has lower-case letters, digits and '-' only, found '{}'",
                chip.name));
}

void reject_a_default_clock_above_the_maximum(const TomlTable& file, const ChipModel& chip)
{
    TomlTable clock = file.table("clock");
    if (chip.bus_maximum == base::Hertz())
        clock.refuse("bus_maximum", "a bus of 0 Hz gets nowhere");
    if (chip.maximum_clock == base::Hertz() || chip.default_clock == base::Hertz())
        clock.refuse("maximum", "a clock of 0 Hz gets nowhere");
    if (chip.bus_maximum > chip.maximum_clock)
        clock.refuse("bus_maximum",
            fmt::format("a bus of {} is never faster than the core, whose maximum is {}",
                clock_text(chip.bus_maximum), clock_text(chip.maximum_clock)));
    constexpr std::uint64_t slowest_bus = 16;
    if (chip.maximum_clock > chip.bus_maximum * slowest_bus)
        clock.refuse("bus_maximum",
            fmt::format("the core's maximum of {} must be at most {} times the bus's, found {}",
                clock_text(chip.maximum_clock), slowest_bus, clock_text(chip.bus_maximum)));
    if (chip.default_clock > chip.maximum_clock)
        clock.refuse("default",
            fmt::format("default clock {} is above the maximum of {}",
                clock_text(chip.default_clock), clock_text(chip.maximum_clock)));
}

/// Clocks rise, wait states rise by one: a step left out would be a hole.
void reject_steps_with_a_hole(const TomlTable& table, const std::vector<WaitStates>& model)
{
    std::vector<TomlTable> steps = table.tables("steps");
    for (std::size_t i = 1; i < model.size(); ++i) {
        const WaitStates &before = model[i - 1], &step = model[i];
        if (step.up_to <= before.up_to)
            steps[i].refuse("up_to",
                fmt::format("clocks must rise: {} follows {}", clock_text(step.up_to),
                    clock_text(before.up_to)));
        if (step.wait_states != before.wait_states + 1)
            steps[i].refuse("wait_states",
                fmt::format("wait states must rise by 1: {} follows {}", step.wait_states,
                    before.wait_states));
    }
}

void reject_steps_that_end_early(
    const TomlTable& table, const std::vector<WaitStates>& model, const ChipModel& chip)
{
    if (model.back().up_to < chip.bus_maximum)
        table.refuse("steps",
            fmt::format("wait states end at {}, the maximum clock is {}",
                clock_text(model.back().up_to), clock_text(chip.bus_maximum)));
}

/// The first range is the usual one and reaches the maximum; the others may end below it, which
/// bounds the clock there.
void reject_wait_states_with_a_hole(const TomlTable& file, const ChipModel& chip)
{
    if (chip.supplies.empty())
        return;
    TomlTable table = file.table("flash_wait_states");
    if (chip.supplies.front().steps.empty())
        table.refuse("steps", "[flash_wait_states] needs 'steps'");
    reject_steps_with_a_hole(table, chip.supplies.front().steps);
    reject_steps_that_end_early(table, chip.supplies.front().steps, chip);

    std::vector<TomlTable> ranges = table.tables("range");
    if (!ranges.empty() && chip.supplies.front().name.empty())
        table.refuse("range",
            "further ranges need a 'supply' that says what [flash_wait_states] itself holds for");
    std::set<std::string> seen {chip.supplies.front().name};
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const SupplyRange& model = chip.supplies[i + 1];
        if (!seen.insert(model.name).second)
            ranges[i].refuse("supply", fmt::format("two ranges have the supply '{}'", model.name));
        if (model.steps.empty())
            ranges[i].refuse("steps", fmt::format("range '{}' needs 'steps'", model.name));
        reject_steps_with_a_hole(ranges[i], model.steps);
    }
}

/// A region with wait states of its own needs one for every clock the chip may have.
void reject_region_wait_states_with_a_hole(
    const TomlTable& region, const ChipModel& chip, const Region& model)
{
    if (model.wait_states.empty())
        return;
    TomlTable timing = region.table("timing");
    reject_steps_with_a_hole(timing, model.wait_states);
    reject_steps_that_end_early(timing, model.wait_states, chip);
}

/// Such waits are core cycles; more than these is a slip of the pen, and sums of them could
/// overflow.
void reject_waits_beyond_reason(const TomlTable& region, const Region& model)
{
    constexpr std::uint32_t most = 100'000;
    auto check = [&](std::string_view key, std::uint32_t value) {
        if (value > most)
            region.table("timing").refuse(
                key, fmt::format("'{}' must be at most {}, found {}", key, most, value));
    };
    check("read_wait", model.read_wait);
    check("write_wait", model.write_wait);
    check("fetch_wait", model.fetch_wait);
    if (model.load_chain_wait > 255)
        region.table("timing").refuse("load_chain_wait",
            fmt::format("'load_chain_wait' must be at most 255, found {}", model.load_chain_wait));
}

void reject_a_mirror_of_something_else(
    const TomlTable& table, const ChipModel& chip, const Region& model)
{
    if (model.mirror_of.empty())
        return;
    const Region* original = chip.find_region(model.mirror_of);
    if (!original || original == &model || !original->mirror_of.empty())
        table.refuse("mirror_of",
            fmt::format("'mirror_of' must name a region that is no mirror itself, found '{}'",
                model.mirror_of));
    if (original->size != model.size)
        table.refuse("size",
            fmt::format("a mirror has the size of what it mirrors: {} has {}", original->name,
                size_text(base::Bytes(original->size))));
}

/// Wait states are paid per line read: without its size none would ever be.
void reject_flash_without_a_fetch_line(
    const TomlTable& region, const ChipModel& chip, const Region& model)
{
    if (model.kind == RegionKind::flash && !chip.supplies.empty() && model.fetch_line_bytes == 0)
        region.refuse("timing",
            fmt::format(
                "region '{}' has wait states, so [region.timing] must say 'fetch_line_bytes'",
                model.name));
    if (model.fetch_line_bytes != 0 && !std::has_single_bit(model.fetch_line_bytes))
        region.table("timing").refuse("fetch_line_bytes",
            fmt::format(
                "'fetch_line_bytes' must be a power of two, found {}", model.fetch_line_bytes));
}

void reject_a_cache_of_odd_shape(const TomlTable& table, const Cache& cache)
{
    auto power_of_two = [&](std::string_view key, std::uint32_t value) {
        if (!std::has_single_bit(value))
            table.refuse(key, fmt::format("'{}' must be a power of two, found {}", key, value));
    };
    power_of_two("line_bytes", cache.line_bytes);
    power_of_two("fill_bytes", cache.fill_bytes);
    if (cache.fill_bytes > cache.line_bytes)
        table.refuse("fill_bytes",
            fmt::format("a fill of {} bytes is larger than the line of {}", cache.fill_bytes,
                cache.line_bytes));
    if (cache.ways == 0 || cache.lines == 0 || cache.lines % cache.ways != 0)
        table.refuse(
            "ways", fmt::format("{} lines cannot be shared by {} ways", cache.lines, cache.ways));
    if (!std::has_single_bit(cache.lines / cache.ways))
        table.refuse("lines",
            fmt::format(
                "lines / ways must be a power of two, found {} / {}", cache.lines, cache.ways));
}

void reject_caches_of_one_name_or_without_use(
    const TomlTable& file, const ChipModel& chip, const std::vector<Cache>& caches)
{
    std::vector<TomlTable> tables = file.tables("cache");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < caches.size(); ++i) {
        const std::string& name = caches[i].name;
        if (!seen.insert(name).second)
            tables[i].refuse("name", fmt::format("two caches have the name '{}'", name));
        auto uses = [&](const Region& region) {
            return region.instruction_cache.name == name || region.data_cache.name == name;
        };
        if (std::ranges::none_of(chip.regions, uses))
            tables[i].refuse("name", fmt::format("no region uses the cache '{}'", name));
    }
}

/// The addresses at which a region answers.
struct Window {
    std::uint64_t start = 0, end = 0;
    std::size_t region = 0;
};

std::vector<Window> windows_of(const ChipModel& chip)
{
    std::vector<Window> windows;
    for (std::size_t i = 0; i < chip.regions.size(); ++i) {
        const Region& region = chip.regions[i];
        windows.push_back({region.start, std::uint64_t {region.start} + region.size, i});
        if (region.alias)
            windows.push_back({*region.alias, std::uint64_t {*region.alias} + region.size, i});
    }
    std::ranges::sort(windows, {}, &Window::start);
    return windows;
}

void reject_overlapping_regions(const TomlTable& file, const ChipModel& chip)
{
    std::vector<TomlTable> tables = file.tables("region");
    std::vector<Window> windows = windows_of(chip);
    for (const Window& window : windows)
        if (window.end > std::uint64_t {1} << 32)
            tables[window.region].refuse("size",
                fmt::format("region '{}' ends beyond the 32-bit address space",
                    chip.regions[window.region].name));
    auto overlap = [](const Window& a, const Window& b) { return b.start < a.end; };
    if (auto it = std::ranges::adjacent_find(windows, overlap); it != windows.end())
        throw base::InputError(tables[std::next(it)->region].where(),
            fmt::format("regions '{}' and '{}' overlap", chip.regions[it->region].name,
                chip.regions[std::next(it)->region].name));
}

void reject_regions_of_one_name(const TomlTable& file, const ChipModel& chip)
{
    std::vector<TomlTable> tables = file.tables("region");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < chip.regions.size(); ++i) {
        const std::string& name = chip.regions[i].name;
        if (name.contains('+'))
            tables[i].refuse("name",
                fmt::format("'+' joins regions in [placement]; '{}' cannot be a name", name));
        if (!seen.insert(name).second)
            tables[i].refuse("name", fmt::format("two regions have the name '{}'", name));
    }
}

void reject_placement_in_unknown_regions(const TomlTable& file, const ChipModel& chip)
{
    TomlTable placement = file.table("placement");
    auto need_region = [&](std::string_view key, const std::string& name) {
        if (!chip.find_region(name))
            placement.refuse(
                key, fmt::format("'{}' names no region of this chip: '{}'", key, name));
    };
    need_region("code", chip.placement.code);
    need_region("weights", chip.placement.weights);
    auto need_range = [&](std::string_view key, const std::vector<std::string>& entries) {
        for (const std::string& entry : entries)
            if (!find_range(chip, entry))
                placement.refuse(key,
                    fmt::format(
                        "'{}' must name a region, or regions that touch joined by '+', found '{}'",
                        key, entry));
    };
    need_range("arena", chip.placement.arena);
    need_range("stack", chip.placement.stack);
    if (!chip.find_region(chip.placement.code)->executable)
        placement.refuse("code", fmt::format("region '{}' is not executable", chip.placement.code));
}

} // namespace

void reject_what_cannot_be(
    const TomlTable& file, const ChipModel& chip, const std::vector<Cache>& caches)
{
    if (chip.regions.empty())
        file.refuse("region", "a chip needs at least one [[region]]");
    reject_a_name_that_is_no_file_name(file, chip);
    reject_a_default_clock_above_the_maximum(file, chip);
    reject_wait_states_with_a_hole(file, chip);
    reject_regions_of_one_name(file, chip);
    reject_overlapping_regions(file, chip);

    std::vector<TomlTable> cache_tables = file.tables("cache");
    for (std::size_t i = 0; i < caches.size(); ++i)
        reject_a_cache_of_odd_shape(cache_tables[i], caches[i]);
    reject_caches_of_one_name_or_without_use(file, chip, caches);

    std::vector<TomlTable> region_tables = file.tables("region");
    for (std::size_t i = 0; i < chip.regions.size(); ++i) {
        reject_flash_without_a_fetch_line(region_tables[i], chip, chip.regions[i]);
        reject_region_wait_states_with_a_hole(region_tables[i], chip, chip.regions[i]);
        reject_waits_beyond_reason(region_tables[i], chip.regions[i]);
        reject_a_mirror_of_something_else(region_tables[i], chip, chip.regions[i]);
    }
    reject_placement_in_unknown_regions(file, chip);
}

} // namespace mcu
