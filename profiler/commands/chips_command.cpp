// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/text_table.h"
#include "mcu_models/chip_model.h"
#include "profiler/commands/commands.h"
#include "profiler/report/fitted_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace profiler {
namespace {

using base::Align;

struct Options {
    std::string chip;
    bool sources = false, json = false;
};

/// External memory holds code and weights too: a chip without flash of its own runs from it.
bool is_flash(const mcu::Region& region)
{
    return region.kind == mcu::RegionKind::flash || region.kind == mcu::RegionKind::external;
}

std::uint64_t bytes_of(const mcu::ChipModel& chip, bool flash)
{
    std::uint64_t bytes = 0;
    for (const mcu::Region& region : chip.regions)
        if (is_flash(region) == flash && region.kind != mcu::RegionKind::peripheral)
            bytes += region.size;
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

std::string chip_text(const mcu::ChipModel& chip)
{
    std::string text = fmt::format("{}  {} at {} MHz (at most {} MHz), {} flash wait states\n\n",
        chip.title, chip.core.title, static_cast<double>(chip.clock.count()) / 1e6,
        static_cast<double>(chip.maximum_clock.count()) / 1e6, chip.wait_states());
    base::TextTable table({{"region", Align::left}, {"address"}, {"size"}, {"waits", Align::left},
        {"caches", Align::left}});
    for (const mcu::Region& region : chip.regions) {
        std::string waits = region.read_wait || region.write_wait
            ? fmt::format("read {} write {}", region.read_wait, region.write_wait)
            : "";
        if (region.load_chain_wait)
            waits += fmt::format(
                "{}first load of a chain +{}", waits.empty() ? "" : ", ", region.load_chain_wait);
        std::string caches
            = region.instruction_cache.present() ? region.instruction_cache.name : "";
        if (region.data_cache.present() && region.data_cache.name != region.instruction_cache.name)
            caches += (caches.empty() ? "" : ", ") + region.data_cache.name;
        if (region.prefetch)
            caches += caches.empty() ? "prefetch" : ", prefetch";
        table.add_row({region.name, fmt::format("{:#010x}", region.start), memory_text(region.size),
            waits, caches});
    }
    return text + table.text()
        + fmt::format("\n  every figure with its source: mcuprof chips {} --sources\n", chip.name);
}

std::string sources_text(const mcu::ChipModel& chip)
{
    base::TextTable table({{"figure", Align::left}, {"value", Align::left}, {"grade", Align::left},
                              {"source", Align::left}},
        0);
    for (const mcu::SourceLine& line : mcu::sources(chip))
        table.add_row(
            {line.figure, line.value, std::string(mcu::name_of(line.grade)), line.source});
    return table.text();
}

/// The same for a terminal, where a source seldom fits beside its figure.
std::string sources_paragraphs(const mcu::ChipModel& chip, report::TextStyle style)
{
    std::string text;
    for (const mcu::SourceLine& line : mcu::sources(chip)) {
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
        {"timing", chip.core.timing}};
    json["regions"] = nlohmann::ordered_json::array();
    for (const mcu::Region& region : chip.regions)
        json["regions"].push_back(
            {{"name", region.name}, {"start", region.start}, {"size", region.size}});
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
        all.push_back(mcu::load_chip(name));
    if (options.json) {
        auto rows = nlohmann::ordered_json::array();
        for (const mcu::ChipModel& chip : all)
            rows.push_back(chip_json(chip));
        console.print(rows.dump(2) + "\n");
    } else if (options.chip.empty()) {
        console.print(list_text(all, console.style()));
    } else if (options.sources) {
        console.print(console.is_terminal() ? sources_paragraphs(all.front(), console.style())
                                            : sources_text(all.front()));
    } else {
        console.print(chip_text(all.front()));
    }
}

} // namespace

void add_chips_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "chips", "List the chips, or show one with the sources of its figures");
    command->add_option("chip", options->chip, "a chip's name or a chip file")->type_name("CHIP");
    command->add_flag("--sources", options->sources, "every figure with source and grade")
        ->needs("chip");
    command->add_flag("--json", options->json, "as JSON");
    command->callback([options, &console] { chips(*options, console); });
}

} // namespace profiler
