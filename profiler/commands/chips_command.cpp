// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/text_table.h"
#include "mcu_models/chip_model.h"
#include "profiler/commands/commands.h"
#include "profiler/report/fitted_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace profiler {
namespace {

using base::Align;

struct Options {
    std::string chip, clock, supply;
    bool sources = false, json = false;
};

/// External memory that cannot be written is the flash of a chip without flash of its own; other
/// external memory is the board's and no property of the chip.
bool is_flash(const mcu::Region& region)
{
    return region.kind == mcu::RegionKind::flash
        || (region.kind == mcu::RegionKind::external && !region.writable);
}

bool has_own_flash(const mcu::ChipModel& chip)
{
    return std::ranges::any_of(chip.regions,
        [](const mcu::Region& region) { return region.kind == mcu::RegionKind::flash; });
}

std::uint64_t bytes_of(const mcu::ChipModel& chip, bool flash)
{
    std::uint64_t bytes = 0;
    for (const mcu::Region& region : chip.regions) {
        bool of_the_board
            = region.kind == mcu::RegionKind::external && (region.writable || has_own_flash(chip));
        if (is_flash(region) == flash && !of_the_board && region.mirror_of.empty()
            && region.kind != mcu::RegionKind::peripheral)
            bytes += region.size;
    }
    return bytes;
}

std::string memory_text(std::uint64_t bytes) { return fmt::format("{} KiB", bytes / 1024); }

std::string list_text(const std::vector<mcu::ChipModel>& chips, report::TextStyle style)
{
    report::FittedTable table({{"chip", Align::left}, {"core", Align::left}, {"clock"}, {"flash"},
        {"SRAM"}, {"wait states", Align::right, 1}, {"cache", Align::left, 2},
        {"timing", Align::left}, {"expected error", Align::right, 3}});
    for (const mcu::ChipModel& chip : chips)
        table.add_row({chip.name, chip.core.title,
            fmt::format("{} MHz", static_cast<double>(chip.clock.count()) / 1e6),
            memory_text(bytes_of(chip, true)), memory_text(bytes_of(chip, false)),
            std::to_string(chip.wait_states()), chip.accelerator, chip.core.timing,
            fmt::format("{:+.0f} ... {:+.0f} %", 100 * (chip.core.error_low + chip.error_low),
                100 * (chip.core.error_high + chip.error_high))});
    return table.text(style.width);
}

std::string address_text(const mcu::Region& region)
{
    return fmt::format(
        "{:#010x}{}", region.start, region.alias ? fmt::format(", {:#010x}", *region.alias) : "");
}

/// In core cycles at this clock, of what no cache serves.
std::string waits_text(const mcu::ChipModel& chip, const mcu::Region& region)
{
    mcu::ChipModel::Waits waits = chip.waits_of(region);
    std::vector<std::string> parts;
    if (waits.read == waits.write && waits.read == waits.fetch && waits.read > 0)
        parts.push_back(fmt::format("{}", waits.read));
    else {
        if (waits.read)
            parts.push_back(fmt::format("read {}", waits.read));
        if (waits.write)
            parts.push_back(fmt::format("write {}", waits.write));
        if (waits.fetch != waits.read)
            parts.push_back(fmt::format("fetch {}", waits.fetch));
    }
    if (region.load_chain_wait)
        parts.push_back(fmt::format("first load of a chain +{}", region.load_chain_wait));
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string caches_text(const mcu::Region& region)
{
    std::vector<std::string> parts;
    if (region.instruction_cache.present())
        parts.push_back(region.instruction_cache.name);
    if (region.data_cache.present() && region.data_cache.name != region.instruction_cache.name)
        parts.push_back(region.data_cache.name);
    if (region.prefetch)
        parts.push_back("prefetch");
    if (!region.mirror_of.empty())
        parts.push_back("the same memory as " + region.mirror_of);
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string supplies_text(const mcu::ChipModel& chip)
{
    std::string text;
    for (const mcu::SupplyRange& range : chip.supplies)
        if (chip.supplies.size() > 1)
            text += fmt::format("{}'{}'{}", text.empty() ? "" : ", ", range.name,
                range.name == chip.supply ? " (in use)" : "");
    return text.empty() ? "" : "  supplies: " + text + "\n";
}

std::string chip_text(const mcu::ChipModel& chip)
{
    std::string bus
        = chip.bus_divider() > 1 ? fmt::format(", memories at 1/{} of it", chip.bus_divider()) : "";
    std::string text
        = fmt::format("{}  {} at {} MHz (at most {} MHz{}), {} flash wait states\n{}\n", chip.title,
            chip.core.title, static_cast<double>(chip.clock.count()) / 1e6,
            static_cast<double>(chip.maximum_clock.count()) / 1e6, bus, chip.wait_states(),
            supplies_text(chip));
    base::TextTable table({{"region", Align::left}, {"address"}, {"size"}, {"waits", Align::left},
        {"before it", Align::left}});
    for (const mcu::Region& region : chip.regions)
        table.add_row({region.name, address_text(region), memory_text(region.size),
            waits_text(chip, region), caches_text(region)});
    return text + table.text() + "\n";
}

/// Figures of the chip; those of its core only with --sources.
std::vector<mcu::SourceLine> source_lines(const mcu::ChipModel& chip, bool with_core)
{
    std::vector<mcu::SourceLine> lines = mcu::sources(chip);
    if (!with_core)
        std::erase_if(
            lines, [](const mcu::SourceLine& line) { return line.figure.starts_with("core "); });
    return lines;
}

std::string sources_text(const std::vector<mcu::SourceLine>& lines)
{
    base::TextTable table({{"figure", Align::left}, {"value", Align::left}, {"grade", Align::left},
                              {"source", Align::left}},
        0);
    for (const mcu::SourceLine& line : lines)
        table.add_row(
            {line.figure, line.value, std::string(mcu::name_of(line.grade)), line.source});
    return table.text();
}

/// The same for people, whose lines seldom have room for a source beside its figure.
std::string sources_paragraphs(const std::vector<mcu::SourceLine>& lines, report::TextStyle style)
{
    std::string text;
    for (const mcu::SourceLine& line : lines) {
        text += report::flowed("",
            {report::Paint(style).strong(line.figure), line.value,
                std::string(mcu::name_of(line.grade))},
            3, 4, style.width);
        text += report::flowed_words("    ", line.source, 4, style.width);
    }
    return text;
}

nlohmann::ordered_json chip_json(const mcu::ChipModel& chip)
{
    nlohmann::ordered_json json {{"name", chip.name}, {"title", chip.title},
        {"core", chip.core.name}, {"clock_hz", chip.clock.count()},
        {"maximum_clock_hz", chip.maximum_clock.count()}, {"flash_bytes", bytes_of(chip, true)},
        {"sram_bytes", bytes_of(chip, false)}, {"wait_states", chip.wait_states()},
        {"timing", chip.core.timing}, {"supply", chip.supply}};
    json["supplies"] = nlohmann::ordered_json::array();
    for (const mcu::SupplyRange& range : chip.supplies)
        json["supplies"].push_back(range.name);
    json["regions"] = nlohmann::ordered_json::array();
    for (const mcu::Region& region : chip.regions) {
        mcu::ChipModel::Waits waits = chip.waits_of(region);
        json["regions"].push_back({{"name", region.name}, {"start", region.start},
            {"size", region.size}, {"read_wait_cycles", waits.read},
            {"write_wait_cycles", waits.write}, {"fetch_wait_cycles", waits.fetch}});
    }
    json["sources"] = nlohmann::ordered_json::array();
    for (const mcu::SourceLine& line : mcu::sources(chip))
        json["sources"].push_back({{"figure", line.figure}, {"value", line.value},
            {"source", line.source}, {"grade", mcu::name_of(line.grade)}});
    return json;
}

void chips(const Options& options, Console& console)
{
    std::vector<mcu::ChipModel> all;
    for (const std::string& name :
        options.chip.empty() ? mcu::chip_names() : std::vector {options.chip})
        all.push_back(mcu::load_chip(name,
            base::Hertz(options.clock.empty() ? 0 : parse_clock(options.clock)), options.supply));
    if (options.json) {
        auto rows = nlohmann::ordered_json::array();
        for (const mcu::ChipModel& chip : all)
            rows.push_back(chip_json(chip));
        console.print(rows.dump(2) + "\n");
    } else if (options.chip.empty()) {
        console.print(list_text(all, console.style()));
    } else {
        const mcu::ChipModel& chip = all.front();
        std::vector<mcu::SourceLine> lines = source_lines(chip, options.sources);
        // A list that goes on is for machines if nobody sees it; what is shown first is for people
        // in any case.
        bool as_table = options.sources && !console.is_terminal();
        console.print(chip_text(chip)
            + (as_table ? sources_text(lines) : sources_paragraphs(lines, console.style()))
            + (options.sources
                    ? ""
                    : fmt::format(
                        "\n  the same of its core: mcuprof chips {} --sources\n", chip.name)));
    }
}

} // namespace

void add_chips_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "chips", "List the chips, or show one with the sources of its figures");
    command->add_option("chip", options->chip, "a chip's name or a chip file")->type_name("CHIP");
    command
        ->add_flag(
            "--sources", options->sources, "the figures of its core too, with source and grade")
        ->needs("chip");
    command->add_option("--clock", options->clock, "show its waits at this clock, such as 80MHz")
        ->type_name("HZ")
        ->needs("chip");
    command->add_option("--supply", options->supply, "at this supply range, one of those it lists")
        ->type_name("RANGE")
        ->needs("chip");
    command->add_flag("--json", options->json, "as JSON");
    command->footer("Examples:\n"
                    "  mcuprof chips\n"
                    "  mcuprof chips stm32h743 --clock 240MHz\n"
                    "  mcuprof chips stm32u575 --supply \"range 2\" --sources\n"
                    "Waits are core cycles of an access that no cache serves. Grades: datasheet, "
                    "measured, secondary (cited\n"
                    "by somebody), estimate. A chip of your own is a file: docs/adding-a-chip.md.");
    command->callback([options, &console] { chips(*options, console); });
}

} // namespace profiler
