// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "base/input_error.h"
#include "mcu_models/mapped_region.h"
#include "mcu_models/placement_request.h"
#include "profiler/calibration_file.h"
#include "profiler/commands/commands.h"
#include "profiler/commands/dump_stage.h"
#include "profiler/fit/chip_probes.h"
#include "profiler/html_page.h"
#include "profiler/profile_target.h"
#include "profiler/report/run_tables.h"
#include "profiler/report/text_report.h"
#include "traces/export/json.h"
#include "traces/trace_store.h"

#include <fmt/format.h>

#include <memory>
#include <span>

namespace profiler {
namespace {

struct Options {
    std::string target, clock, supply, calibration, place, store = default_store(), json, html, output, dump;
    std::vector<std::string> chips, maps;
    Request request;
    bool no_store = false;
};

void write_outputs(const std::string& file, const traces::Profile& profile)
{
    base::ByteVector all;
    for (const traces::Output& output : profile.outputs)
        all.insert(all.end(), output.bytes.begin(), output.bytes.end());
    base::write_file(file, all);
}

/// An option that would do nothing is a mistake of whoever gave it.
void refuse_network_options(const Options& options)
{
    auto refuse = [&](bool given, std::string_view option) {
        if (given)
            throw base::InputError(
                options.target, fmt::format("is an ELF file; {} is for networks", option));
    };
    refuse(options.request.verify, "--verify");
    refuse(options.request.input_file.has_value(), "--input");
    refuse(!options.output.empty(), "--output");
    refuse(!options.request.kernels.empty(), "--kernels");
    refuse(!options.place.empty(), "--place");
    refuse(options.request.planner.given, "--planner");
}

void refuse_elf_options(const Options& options)
{
    auto refuse = [&](bool given, std::string_view option) {
        if (given)
            throw base::InputError(
                options.target, fmt::format("is a network; {} is for ELF files", option));
    };
    refuse(!options.request.arguments.empty(), "--arguments");
    refuse(options.request.semihosting_files.has_value(), "--semihosting-files");
    if (!options.request.layers.empty())
        throw base::InputError(options.target,
            "is a network, whose operators are its layers; --layers is for ELF files");
}

std::string failure_text(const traces::Outcome& outcome)
{
    return outcome.message.empty()
        ? fmt::format("the firmware ended with exit code {}", outcome.exit_code)
        : outcome.message;
}

mcu::ChipModel load_chip(const std::string& name, const Options& options)
{
    mcu::ChipModel chip = mcu::load_chip(name,
        base::Hertz(options.clock.empty() ? 0 : parse_clock(options.clock)), options.supply);
    for (const std::string& map : options.maps)
        chip = mcu::with_region(std::move(chip), mcu::parse_mapped_region(map));
    if (!options.place.empty())
        mcu::apply_placement(chip, options.place);
    use_calibration(chip, name, options.calibration);
    return chip;
}

/// What several chips cannot share.
void refuse_single_options(const Options& options)
{
    auto refuse = [&](bool given, std::string_view option) {
        if (given)
            throw base::InputError("mcuprof profile",
                fmt::format("{} is for one chip, found {}", option, options.chips.size()));
    };
    refuse(!options.dump.empty(), "--dump");
    refuse(!options.output.empty(), "--output");
}

void keep(traces::Profile& profile, const Options& options)
{
    if (!options.no_store)
        profile.run.id = traces::TraceStore(options.store).add(profile);
}

/// On stderr, and in the exit code: a firmware that failed, an output that differs.
void tell_end(
    const Outcome& outcome, const std::string& who, const Options& options, Console& console)
{
    if (!ended_well(outcome.profile.run)) {
        fmt::print(stderr, "{}: {}\n", who, failure_text(outcome.profile.run.outcome));
        console.exit_code = exit_firmware_failed;
    }
    if (!options.request.verify)
        return;
    if (outcome.difference) {
        fmt::print(stderr, "{}: {}\n", who, *outcome.difference);
        console.exit_code = exit_firmware_failed;
    } else if (!console.quiet) {
        fmt::print(
            stderr, "verified: {} layers equal to the host's reference\n", outcome.verified_layers);
    }
}

/// With what would fit instead, if it is a network of ours that has no room.
base::InputError with_advice(const base::InputError& error, const Target& target,
    const mcu::ChipModel& chip, const Options& options, Progress& progress)
{
    const std::string where = fmt::format("{} on {}", target.name, chip.name);
    const std::string what = error.what();
    if (!what.starts_with(where + ": does not fit"))
        return error;
    const std::string advice = fit::smaller_ones(target, chip, options.request, progress);
    progress.clear();
    return {where, what.substr(where.size() + 2) + (advice.empty() ? "" : "; " + advice)};
}

Outcome profile_or_advise(const Target& target, const mcu::ChipModel& chip, const Options& options,
    Progress& progress)
{
    try {
        return profile_target(target, chip, options.request, progress);
    } catch (const base::InputError& error) {
        throw with_advice(error, target, chip, options, progress);
    }
}

void profile_one(const Options& options, const Target& target, const mcu::ChipModel& chip,
    Progress& progress, Console& console)
{
    if (dump_before_run(options.dump, target, chip, options.request, progress, console))
        return;
    Outcome outcome = profile_or_advise(target, chip, options, progress);
    traces::Profile& result = outcome.profile;
    keep(result, options);

    if (options.dump == "blocks")
        console.print(outcome.blocks);
    else if (options.dump == "profile")
        console.print(traces::dump(result));
    else if (options.json == "-")
        console.print(traces::to_json(result));
    else if (!console.quiet)
        console.print(report::text_report(result, console.style(), titles_of(result.run)));
    if (!options.json.empty() && options.json != "-")
        base::write_file(options.json, traces::to_json(result));
    if (!options.html.empty())
        base::write_file(options.html, html_page({&result, 1}));
    if (!options.output.empty())
        write_outputs(options.output, result);
    tell_end(outcome, options.target, options, console);
}

/// A JSON array of what each has for itself.
std::string json_of(std::span<const traces::Profile> profiles)
{
    std::string text = "[\n";
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        std::string one = traces::to_json(profiles[i]);
        while (one.ends_with('\n'))
            one.pop_back();
        text += one + (i + 1 < profiles.size() ? ",\n" : "\n");
    }
    return text + "]\n";
}

/// Whom the target does not fit is told, and the others go on.
void profile_several(const Options& options, const Target& target,
    std::span<const mcu::ChipModel> chips, Progress& progress, Console& console)
{
    refuse_single_options(options);
    std::vector<ChipOutcome> outcomes = profile_on_chips(target, chips, options.request, progress);
    std::vector<traces::Profile> profiles;
    for (ChipOutcome& outcome : outcomes)
        if (outcome) {
            keep(outcome->profile, options);
            profiles.push_back(outcome->profile);
        }

    if (options.json == "-")
        console.print(json_of(profiles));
    else if (!console.quiet && !profiles.empty())
        console.print(report::comparison(profiles, console.style()));
    if (!options.json.empty() && options.json != "-")
        base::write_file(options.json, json_of(profiles));
    if (!options.html.empty() && !profiles.empty())
        base::write_file(options.html, html_page(profiles));

    for (std::size_t i = 0; i < chips.size(); ++i)
        if (outcomes[i])
            tell_end(*outcomes[i], fmt::format("{} on {}", options.target, chips[i].name), options,
                console);
    for (std::size_t i = 0; i < chips.size(); ++i)
        if (!outcomes[i]) {
            fmt::print(stderr, "{}\n",
                with_advice(outcomes[i].error(), target, chips[i], options, progress).what());
            console.exit_code = exit_input_error;
        }
}

void profile(const Options& options, Console& console)
{
    std::vector<mcu::ChipModel> chips;
    for (const std::string& name : options.chips)
        chips.push_back(load_chip(name, options));
    Progress progress(console.progress());
    progress.stage("reading " + options.target);
    Target target = load_target(options.target);
    if (target.graph)
        refuse_elf_options(options);
    else
        refuse_network_options(options);
    if (chips.size() == 1)
        profile_one(options, target, chips.front(), progress, console);
    else
        profile_several(options, target, chips, progress, console);
}

} // namespace

void add_profile_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("profile",
        "Run one inference (or a firmware) on a simulated chip and say where the cycles went");
    command
        ->add_option("target", options->target,
            "a .tflite file, a network's name (mcuprof networks), or an ELF file")
        ->required()
        ->type_name("TARGET");
    command
        ->add_option("--chip", options->chips,
            "a chip's name (mcuprof chips) or a chip file; several, separated by commas, are timed "
            "by one run where the "
            "firmware is the same, and compared")
        ->required()
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("CHIP");
    command
        ->add_option(
            "--clock", options->clock, "core clock, such as 80MHz; the chip's usual one otherwise")
        ->type_name("HZ");
    command
        ->add_option("--supply", options->supply,
            "supply range for the flash's wait states, regulator and voltage for the energy, in any "
            "order: \"range 2, LDO, 1.8 V\" (mcuprof chips CHIP); the chip's usual ones otherwise")
        ->type_name("RANGE,REGULATOR,VOLTS");
    command
        ->add_option("--calibration", options->calibration,
            "what mcuprof calibrate measured of a board, or none; otherwise that of the chip, if there "
            "is one")
        ->type_name("FILE");
    command
        ->add_option("--map", options->maps,
            "move or resize a bank of the chip's memory, or add one of ideal timing under a new "
            "name, to run an image "
            "linked for another map; SIZE as 64K, 1M or 0x10000; may be given several times")
        ->type_name("NAME=BASE:SIZE")
        ->allow_extra_args(false); // what follows is no second value
    add_kernels_option(*command, options->request.kernels);
    add_planner_options(*command, options->request.planner);
    add_place_option(*command, options->place);
    command
        ->add_option("--input", options->request.input_file,
            "the bytes of the network's inputs; a fixed pattern otherwise")
        ->type_name("FILE");
    command
        ->add_option(
            "--output", options->output, "write the bytes of the network's outputs to this file")
        ->type_name("FILE");
    command->add_option("--store", options->store, "the store the run is added to")
        ->type_name("FILE")
        ->capture_default_str();
    command->add_flag("--no-store", options->no_store, "do not keep the run");
    CLI::Option* json = command
                            ->add_option("--json", options->json,
                                "write the profile as JSON to this file, or - for standard output; "
                                "of several chips an array")
                            ->type_name("FILE");
    command
        ->add_option("--html", options->html,
            "write the report as one HTML file (mcuprof report --help); of several chips a page "
            "that compares them")
        ->type_name("FILE")
        ->excludes(command
                ->add_option("--dump", options->dump, "print an intermediate instead of the report")
                ->type_name("STAGE")
                ->check(CLI::IsMember({"graph", "plan", "source", "elf", "blocks", "profile"}))
                ->excludes(json));
    command->add_flag("--verify", options->request.verify,
        "compare every layer's output with the host's reference");
    command
        ->add_option("--layers", options->request.layers,
            "of an ELF file: each call of a function whose name matches is a layer (TensorFlow "
            "Lite "
            "Micro: 'Eval')")
        ->type_name("REGEX");
    command->add_flag("--exact", options->request.exact,
        "watch every instruction and access: slower, the referee of the fast way");
    command
        ->add_option("--max-instructions", options->request.instruction_limit,
            "give up after so many instructions")
        ->type_name("N")
        ->capture_default_str();
    command->add_flag("--console", options->request.live_console,
        "show what the firmware prints (semihosting, UART, ITM) on standard error while it runs");
    command
        ->add_option("--arguments", options->request.arguments,
            "command line of the firmware, behind its name, as semihosting hands it over")
        ->type_name("TEXT");
    command
        ->add_option("--semihosting-files", options->request.semihosting_files,
            "let the firmware read and write files of this folder through semihosting; it gets at "
            "no file of the host otherwise")
        ->type_name("FOLDER");
    command->footer(
        "Examples:\n"
        "  mcuprof profile model.tflite --chip stm32l4r5\n"
        "  mcuprof profile mobilenet-v1-0.25-96:2 --chip stm32f746 --clock 100MHz --json -\n"
        "  mcuprof profile mcunet-vww1 --chip generic-m4 --kernels reference --verify\n"
        "  mcuprof profile mcunet-vww1 --chip stm32f746 --html mcunet.html\n"
        "  mcuprof profile mobilenet-v1-0.25-96:2 --chip stm32l4r5,stm32f746,nrf52840\n"
        "  mcuprof profile model.tflite --chip stm32f746 --place code=itcm,arena=SRAM1,stack=dtcm\n"
        "  mcuprof profile mcunet-vww1 --chip stm32f746 --planner inplace\n"
        "  mcuprof profile mcunet-vww1 --chip stm32f746 --patch 2x2@5\n"
        "  mcuprof profile firmware.elf --chip stm32l4r5 --layers '^(conv|dense)_'\n"
        "  mcuprof profile firmware.elf --chip stm32l4r5 --map sdram=0xc0000000:8M\n"
        "  mcuprof profile firmware.elf --chip stm32f746 --console --arguments \"--runs 3\"\n"
        "Exit codes: 0 done, 2 wrong input or usage, 3 the firmware failed (or --verify found a "
        "difference), 130 interrupted.");
    command->callback([options, &console] { profile(*options, console); });
}

} // namespace profiler
