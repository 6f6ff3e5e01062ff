// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/commands/dump_stage.h"

#include "base/input_error.h"
#include "mcu_models/graph/fold_padding.h"
#include "profiler/firmware/elf_file.h"
#include "profiler/firmware/project.h"

#include <fmt/format.h>

namespace profiler {
namespace {

std::string dump_elf(std::span<const std::uint8_t> bytes, const std::string& where)
{
    firmware::ElfFile elf(bytes, where);
    std::string text;
    for (const firmware::ElfSection& section : elf.sections())
        if (section.in_memory)
            text += fmt::format("section {:<14} {:#010x} {:>8} bytes{}{}\n", section.name,
                section.address, section.size,
                section.executable     ? " code"
                    : section.writable ? " data"
                                       : "",
                section.in_file ? "" : " (not in the file)");
    for (const firmware::ElfSymbol& symbol : elf.symbols())
        text += fmt::format("symbol {:#010x} {:>8} {}\n", symbol.address, symbol.size, symbol.name);
    return text;
}

} // namespace

bool dump_before_run(const std::string& stage, const Target& target, const mcu::ChipModel& chip,
    const Request& request, Progress& progress, Console& console)
{
    if (stage != "graph" && stage != "plan" && stage != "source" && stage != "elf")
        return false;
    if (!target.graph) {
        if (stage != "elf")
            throw base::InputError(target.where,
                "an ELF file has no stage '" + stage + "'; elf, blocks and profile are there");
        progress.clear();
        console.print(dump_elf(target.elf, target.where));
        return true;
    }
    if (stage == "graph") {
        progress.clear();
        console.print(graph::dump(graph::fold_padding(*target.graph).graph));
        return true;
    }
    BuiltNetwork built = build_network_firmware(target, chip, request, progress);
    progress.clear();
    if (stage == "plan")
        console.print(plan::dump(built.plan, built.graph));
    else if (stage == "source")
        console.print(firmware::make_project(built.graph, built.plan, chip).content_of("model.c"));
    else
        console.print(dump_elf(built.firmware.elf, target.where));
    return true;
}

} // namespace profiler
