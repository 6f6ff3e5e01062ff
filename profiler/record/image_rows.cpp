// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/image_rows.h"

#include "sim/memory_layout.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace record {
namespace {

/// Data that the program means to change, in a memory that it cannot change on a real chip.
std::string data_in_flash(const sim::ElfImage& image, const mcu::ChipModel& chip)
{
    std::vector<std::string> names;
    for (const sim::Section& section : image.sections()) {
        const mcu::Region* region = chip.region_at(section.address);
        if (section.writable && !section.executable && region
            && region->kind == mcu::RegionKind::flash && !sim::is_reservation(section))
            names.push_back(section.name);
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<traces::Warning> image_warnings(
    const sim::ElfImage& image, const sim::Boot& boot, const mcu::ChipModel& chip)
{
    std::vector<traces::Warning> warnings;
    auto warn = [&](std::string code, std::string message) {
        warnings.push_back({std::move(code), std::move(message), 1});
    };
    if (!boot.vector_table)
        warn("no_vector_table",
            fmt::format("no vector table was found: started at the {}, {:#010x}, with the stack at "
                        "the end of SRAM, {:#010x}",
                boot.found_by, boot.first_pc, boot.stack_pointer));
    std::vector<std::string> beyond = sim::beyond_core(image.attributes(), chip.core);
    if (!beyond.empty())
        warn("built_for_more",
            fmt::format("was built for more than a {} executes: {}; an instruction that it lacks "
                        "ends the run",
                chip.core.title, fmt::join(beyond, ", ")));
    if (std::string names = data_in_flash(image, chip); !names.empty())
        warn("data_in_flash",
            fmt::format("data that changes lies in flash, where a real chip cannot change it: {} "
                        "(--map adds memory under an image's addresses)",
                names));
    if (!image.damage().empty())
        warn("debug_information",
            fmt::format(
                "debug information is damaged, source lines may be missing: {}", image.damage()));
    return warnings;
}

} // namespace

void name_called_functions(sim::ElfImage& image, const Recording& recording)
{
    std::vector<std::uint32_t> entries;
    for (const FunctionCost& function : recording.functions)
        entries.push_back(function.address);
    image.add_functions(std::move(entries));
}

void describe_image(traces::Profile& profile, const sim::ElfImage& image, const sim::Boot& boot,
    const mcu::ChipModel& chip)
{
    sim::MemoryLayout layout = sim::layout_of(image, chip);
    profile.memory.sram_static = layout.static_sram;
    profile.memory.flash_code = layout.flash_code;
    profile.memory.flash_constants = layout.flash_constants;
    for (traces::Warning& warning : image_warnings(image, boot, chip))
        profile.warnings.push_back(std::move(warning));
}

} // namespace record
