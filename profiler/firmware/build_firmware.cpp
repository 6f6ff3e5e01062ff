// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/check.h"
#include "base/input_error.h"
#include "profiler/firmware/compile.h"
#include "profiler/firmware/elf_file.h"
#include "profiler/firmware/firmware.h"
#include "profiler/firmware/linker_script.h"
#include "profiler/firmware/model_source.h"

#include <fmt/format.h>

#include <cstdlib>
#include <map>

namespace firmware {
namespace {

std::uint32_t size_of_section(const ElfFile& elf, std::string_view name)
{
    const ElfSection* section = elf.find_section(name);
    return section ? section->size : 0;
}

FirmwareSizes sizes_in(const ElfFile& elf, const MemoryLayout& layout)
{
    FirmwareSizes sizes;
    for (std::string_view name : {".vectors", ".boot", ".text", ".ARM.exidx"})
        sizes.code += size_of_section(elf, name);
    for (std::string_view name : {".rodata", ".data", ".copies"})
        sizes.constants += size_of_section(elf, name);
    for (std::string_view name : {".data", ".bss"})
        sizes.static_data += size_of_section(elf, name);
    sizes.weights = size_of_section(elf, ".weights");
    if (layout.code_is_copied)
        sizes.static_data += size_of_section(elf, ".text");
    if (layout.weights_are_copied)
        sizes.static_data += sizes.weights;
    sizes.stack = size_of_section(elf, ".stack");
    sizes.arena = size_of_section(elf, ".arena");
    return sizes;
}

mcu::AddressRange range_of_section(const ElfFile& elf, std::string_view name)
{
    const ElfSection* section = elf.find_section(name);
    return section ? mcu::AddressRange {section->address, section->size} : mcu::AddressRange {};
}

/// Finds the tensors of a network in its firmware.
class AddressBook {
public:
    AddressBook(const graph::ModelGraph& graph, const plan::ExecutionPlan& plan, const ElfFile& elf)
        : graph_(graph)
        , plan_(plan)
        , constants_(plan::used_constants(plan, graph))
    {
        for (const ElfSymbol& symbol : elf.symbols())
            symbols_.emplace(symbol.name, symbol);
    }

    const ElfSymbol& symbol(const std::string& name) const
    {
        auto found = symbols_.find(name);
        CHECK(found != symbols_.end());
        return found->second;
    }

    std::vector<TensorAddress> all(const std::vector<graph::TensorIndex>& tensors) const
    {
        std::vector<TensorAddress> result;
        for (graph::TensorIndex index : tensors) {
            const graph::Tensor& tensor = graph_.tensor(index);
            result.push_back({index, tensor.name, tensor.type, tensor.shape, address_of(index),
                static_cast<std::uint32_t>(tensor.bytes())});
        }
        return result;
    }

private:
    std::uint32_t address_of(graph::TensorIndex tensor) const
    {
        const plan::TensorPlace& place = plan_.places.at(static_cast<std::size_t>(tensor));
        if (place.buffer)
            return symbol("mcuprof_arena").address
                + static_cast<std::uint32_t>(plan_.buffers.at(*place.buffer).offset);
        const graph::TensorIndex shown = place.constant
            ? constants_.representative.at(static_cast<std::size_t>(*place.constant))
            : graph::no_tensor;
        return shown == graph::no_tensor ? 0 : symbol(weights_symbol(shown)).address;
    }

    const graph::ModelGraph& graph_;
    const plan::ExecutionPlan& plan_;
    plan::UsedConstants constants_;
    std::map<std::string, ElfSymbol> symbols_;
};

/// What the firmware takes, now that the linker knows how much code it has.
MemoryNeeds needs_after(const Project& project, const Bank& bank, std::uint64_t too_few)
{
    MemoryNeeds needs = project.needs;
    const std::uint64_t taken = bank.range.size + too_few;
    if (bank == project.layout.code && bank == project.layout.weights)
        needs.constants = taken - needs.weights;
    else if (bank == project.layout.code)
        needs.constants = taken;
    else if (bank == project.layout.stack || bank == project.layout.data)
        needs.stack += too_few;
    return needs;
}

[[noreturn]] void explain(
    const RegionOverflow& overflow, const Project& project, const mcu::ChipModel& chip)
{
    const MemoryLayout& layout = project.layout;
    for (const Bank& bank :
        {layout.boot, layout.code, layout.weights, layout.data, layout.stack, layout.arena})
        if (linker_name(bank) == overflow.region) {
            const std::string& request = chip.placement.request;
            throw NoRoom(fmt::format("{} on {}", project.network, chip.name),
                fmt::format("does not fit{}: bank {} has {} bytes, {} too few{}",
                    request.empty() ? "" : " with --place " + request, bank.name, bank.range.size,
                    overflow.bytes,
                    request.empty()
                        ? "; " + room_elsewhere(chip, needs_after(project, bank, overflow.bytes))
                        : ""));
        }
    CHECK(!"the linker names a region of our linker script");
    std::abort();
}

} // namespace

Firmware build_firmware(const graph::ModelGraph& graph, const plan::ExecutionPlan& plan,
    const mcu::ChipModel& chip, const BuildOptions& options)
{
    Project project = make_project(graph, plan, chip, options.stack_bytes);
    Toolchain toolchain;
    Cache cache(options.cache_folder ? *options.cache_folder : Cache::default_folder());

    Firmware firmware;
    try {
        firmware.elf = compile(project, toolchain, cache, options.jobs);
    } catch (const RegionOverflow& overflow) {
        explain(overflow, project, chip);
    }
    firmware.compiler_runs = toolchain.runs();

    // From here on the ELF says where things are.
    ElfFile elf(firmware.elf, "firmware.elf");
    AddressBook addresses(graph, plan, elf);
    firmware.layout = project.layout;
    firmware.sizes = sizes_in(elf, project.layout);
    firmware.stack = range_of_section(elf, ".stack");
    firmware.arena = range_of_section(elf, ".arena");
    firmware.inputs = addresses.all(graph.inputs);
    firmware.outputs = addresses.all(graph.outputs);
    for (const plan::Step& step : plan.steps) {
        const ElfSymbol& symbol = addresses.symbol(step.function);
        firmware.layers.push_back({step.index, step.function, symbol.address, symbol.size});
        firmware.step_outputs.push_back(
            addresses.all(graph.operators.at(static_cast<std::size_t>(step.index)).outputs));
    }
    return firmware;
}

} // namespace firmware
