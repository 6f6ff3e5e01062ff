// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/chip_reader.h"

#include "base/suggest.h"
#include "mcu_models/chip_rules.h"
#include "mcu_models/peripheral_reader.h"
#include "mcu_models/power_model.h"
#include "mcu_models/provenance.h"
#include "mcu_models/toml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace mcu {
namespace {

struct KindName {
    RegionKind kind;
    std::string_view name;
};
constexpr std::array kinds = {
    KindName {RegionKind::flash, "flash"},
    KindName {RegionKind::sram, "sram"},
    KindName {RegionKind::tcm, "tcm"},
    KindName {RegionKind::peripheral, "peripheral"},
    KindName {RegionKind::external, "external"},
};

RegionKind read_kind(const TomlTable& table)
{
    std::string name = table.text("kind");
    for (const KindName& row : kinds)
        if (row.name == name)
            return row.kind;
    table.refuse("kind",
        fmt::format(
            "unknown kind of region '{}'; there are flash, sram, tcm, peripheral, external", name));
}

CoreModel read_core(const TomlTable& file)
{
    std::string name = file.text("core");
    std::vector<std::string> known = core_names();
    if (std::ranges::find(known, name) != known.end())
        return load_core(name);
    std::string hint = base::suggestion(name, known);
    file.refuse("core", fmt::format("unknown core '{}'{}", name, hint.empty() ? "" : "; " + hint));
}

void read_clock(const TomlTable& table, ChipModel& chip)
{
    Provenance provenance = read_provenance(table);
    chip.clock_source = provenance.source;
    chip.clock_grade = provenance.grade;
    chip.maximum_clock = table.hertz("maximum");
    chip.default_clock = table.has("default") ? table.hertz("default") : chip.maximum_clock;
    chip.bus_maximum = table.has("bus_maximum") ? table.hertz("bus_maximum") : chip.maximum_clock;
    table.refuse_other_keys();
}

std::vector<WaitStates> read_steps(const TomlTable& table)
{
    std::vector<WaitStates> steps;
    for (const TomlTable& step : table.tables("steps")) {
        steps.push_back({step.hertz("up_to"), step.whole_number("wait_states")});
        step.refuse_other_keys();
    }
    return steps;
}

SupplyRange read_supply(const TomlTable& table, std::string name)
{
    Provenance provenance = read_provenance(table);
    return {std::move(name), read_steps(table), provenance.source, provenance.grade};
}

void read_wait_states(const TomlTable& table, ChipModel& chip)
{
    chip.supplies.push_back(read_supply(table, table.text_or("supply", "")));
    for (const TomlTable& range : table.tables("range")) {
        chip.supplies.push_back(read_supply(range, range.text("supply")));
        range.refuse_other_keys();
    }
    table.refuse_other_keys();
}

Cache read_cache(const TomlTable& table)
{
    Provenance provenance = read_provenance(table);
    Cache cache {
        .name = table.text("name"),
        .line_bytes = table.whole_number("line_bytes"),
        .lines = table.whole_number("lines"),
        .ways = table.whole_number("ways"),
        .fill_bytes = 0,
        .source = provenance.source,
        .grade = provenance.grade,
    };
    cache.fill_bytes = table.whole_number_or("fill_bytes", cache.line_bytes);
    table.refuse_other_keys();
    return cache;
}

/// The cache that `key` of a region names; none if it has no such key.
Cache read_cache_name(
    const TomlTable& table, std::string_view key, const std::vector<Cache>& caches)
{
    if (!table.has(key))
        return {};
    std::string name = table.text(key);
    auto found = std::ranges::find(caches, name, &Cache::name);
    if (found == caches.end())
        table.refuse(key, fmt::format("no [[cache]] has the name '{}'", name));
    return *found;
}

void read_timing(const TomlTable& table, Region& region)
{
    Provenance provenance = read_provenance(table);
    region.timing_source = provenance.source;
    region.timing_grade = provenance.grade;
    region.load_chain_wait = table.whole_number_or("load_chain_wait", 0);
    region.read_wait = table.whole_number_or("read_wait", 0);
    region.write_wait = table.whole_number_or("write_wait", 0);
    region.fetch_wait = table.whole_number_or("fetch_wait", 0);
    region.in_bus_cycles = table.flag_or("in_bus_cycles", false);
    region.wait_states = read_steps(table);
    region.prefetch = table.flag_or("prefetch", false);
    region.fetch_line_bytes = table.whole_number_or("fetch_line_bytes", 0);
    table.refuse_other_keys();
}

std::uint32_t read_size(const TomlTable& table)
{
    std::uint64_t size = table.bytes("size").count();
    if (size == 0 || size > std::numeric_limits<std::uint32_t>::max())
        table.refuse("size", fmt::format("'size' must be from 1 B to 4 GiB - 1, found {} B", size));
    return static_cast<std::uint32_t>(size);
}

Region read_region(const TomlTable& table, const std::vector<Cache>& caches)
{
    Provenance provenance = read_provenance(table);
    Region region;
    region.name = table.text("name");
    region.kind = read_kind(table);
    region.start = table.whole_number("start");
    region.size = read_size(table);
    if (table.has("alias"))
        region.alias = table.whole_number("alias");
    region.mirror_of = table.text_or("mirror_of", "");
    region.executable = table.flag_or("executable", true);
    region.writable = table.flag_or("writable", region.kind != RegionKind::flash);
    region.source = provenance.source;
    region.grade = provenance.grade;
    region.instruction_cache = read_cache_name(table, "instruction_cache", caches);
    region.data_cache = read_cache_name(table, "data_cache", caches);
    if (table.has("timing"))
        read_timing(table.table("timing"), region);
    table.refuse_other_keys();
    return region;
}

Placement read_placement(const TomlTable& table)
{
    Placement placement {
        .code = table.text("code"),
        .weights = table.text("weights"),
        .arena = table.texts("arena"),
        .stack = table.texts("stack"),
        .data = {},
        .boot = {},
        .request = {},
    };
    placement.boot = placement.code;
    table.refuse_other_keys();
    return placement;
}

void read_bit_band(const TomlTable& table, ChipModel& chip)
{
    Provenance provenance = read_provenance(table);
    chip.bit_band_source = provenance.source;
    chip.bit_band_grade = provenance.grade;
    table.refuse_other_keys();
}

} // namespace

ChipModel read_chip(std::string_view text, const std::string& where)
{
    TomlTable file = TomlTable::parse(text, where);

    ChipModel chip;
    chip.name = file.text("name");
    chip.title = file.text("title");
    chip.core = read_core(file);
    chip.accelerator = file.text_or("accelerator", "");
    read_clock(file.table("clock"), chip);
    if (file.has("flash_wait_states"))
        read_wait_states(file.table("flash_wait_states"), chip);

    std::vector<Cache> caches;
    for (const TomlTable& table : file.tables("cache"))
        caches.push_back(read_cache(table));
    for (const TomlTable& table : file.tables("region"))
        chip.regions.push_back(read_region(table, caches));
    chip.placement = read_placement(file.table("placement"));
    chip.peripherals = read_peripherals(file);
    chip.register_windows = read_register_windows(file);
    if (file.has("bit_band"))
        read_bit_band(file.table("bit_band"), chip);

    if (file.has("power"))
        chip.power = std::make_shared<const PowerModel>(read_power(file.table("power"), chip));
    ErrorBand error = read_error_band(file);
    chip.error_low = error.low;
    chip.error_high = error.high;
    chip.error_source = error.source;
    file.refuse_other_keys();

    reject_what_cannot_be(file, chip, caches);
    return chip;
}

std::optional<AddressRange> find_range(const ChipModel& chip, std::string_view placement_entry)
{
    std::optional<AddressRange> range;
    for (std::size_t begin = 0; begin <= placement_entry.size();) {
        std::size_t end = std::min(placement_entry.find('+', begin), placement_entry.size());
        const Region* region = chip.find_region(placement_entry.substr(begin, end - begin));
        begin = end + 1;
        if (!region)
            return std::nullopt;
        if (!range) {
            range = {region->start, region->size};
            continue;
        }
        std::uint32_t next = range->start + range->size;
        if (region->start != next && region->alias != next)
            return std::nullopt;
        range->size += region->size;
    }
    return range;
}

} // namespace mcu
