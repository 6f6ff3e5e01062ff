// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "base/text_table.h"
#include "mcu_models/placement_request.h"
#include "profiler/commands/commands.h"
#include "profiler/profile_target.h"

#include <fmt/format.h>

#include <memory>

namespace profiler {
namespace {

struct Options {
    std::string target, chip, place, folder;
    Request request;
};

void build(const Options& options, Console& console)
{
    mcu::ChipModel chip = mcu::load_chip(options.chip);
    if (!options.place.empty())
        mcu::apply_placement(chip, options.place);
    Progress progress(console.progress());
    Target target = load_target(options.target);
    if (!target.graph)
        throw base::InputError(
            options.target, "expected a network, found an ELF file, which is built already");
    BuiltNetwork built = build_network_firmware(target, chip, options.request, progress);
    firmware::write_project(options.folder, built.graph, built.plan, chip, built.firmware);
    progress.clear();
    if (console.quiet)
        return;
    const firmware::FirmwareSizes& sizes = built.firmware.sizes;
    console.print(fmt::format("{}: {} layers for {}\n  flash {} (code {}, weights {}, constants "
                              "{})\n  SRAM  {} (arena {}, static {}, stack reserved {})\n"
                              "  README.md in the folder says how to build and flash it\n",
        options.folder, built.firmware.layers.size(), chip.title, base::scaled_bytes(sizes.flash()),
        base::scaled_bytes(sizes.code), base::scaled_bytes(sizes.weights),
        base::scaled_bytes(sizes.constants), base::scaled_bytes(sizes.sram()),
        base::scaled_bytes(sizes.arena), base::scaled_bytes(sizes.static_data),
        base::scaled_bytes(sizes.stack)));
}

} // namespace

void add_build_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command
        = app.add_subcommand("build", "Write a network's firmware as a C project, ready to flash");
    command->add_option("target", options->target, "a .tflite file or a network's name")
        ->required()
        ->type_name("TARGET");
    command->add_option("--chip", options->chip, "a chip's name (mcuprof chips) or a chip file")
        ->required()
        ->type_name("CHIP");
    command->add_option("-o,--output", options->folder, "the folder to write")
        ->required()
        ->type_name("FOLDER");
    add_kernels_option(*command, options->request.kernels);
    add_planner_options(*command, options->request.planner);
    add_place_option(*command, options->place);
    command->footer(
        "The folder holds model.c, the kernels it uses, weights, start-up, linker script, a "
        "CMakeLists.txt\nand firmware.elf. All of it is under the MIT license.");
    command->callback([options, &console] { build(*options, console); });
}

} // namespace profiler
