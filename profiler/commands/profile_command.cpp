// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "base/input_error.h"
#include "profiler/commands/commands.h"
#include "profiler/commands/dump_stage.h"
#include "profiler/profile_target.h"
#include "profiler/report/text_report.h"
#include "traces/export/json.h"
#include "traces/trace_store.h"

#include <fmt/format.h>

#include <memory>

namespace profiler {
namespace {

struct Options {
    std::string target, chip, clock, store = default_store(), json, output, dump;
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

void profile(const Options& options, Console& console)
{
    mcu::ChipModel chip = mcu::load_chip(options.chip, base::Hertz(options.clock.empty() ? 0 : parse_clock(options.clock)));
    Progress progress(console.progress());
    progress.stage("reading " + options.target);
    Target target = load_target(options.target);
    if (dump_before_run(options.dump, target, chip, options.request, progress, console))
        return;

    Outcome outcome = profile_target(target, chip, options.request, progress);
    traces::Profile& result = outcome.profile;
    if (!options.no_store)
        result.run.id = traces::TraceStore(options.store).add(result);

    if (options.dump == "blocks")
        console.print(outcome.blocks);
    else if (options.dump == "profile")
        console.print(traces::dump(result));
    else if (options.json == "-")
        console.print(traces::to_json(result));
    else if (!console.quiet)
        console.print(report::text_report(result, console.style()));
    if (!options.json.empty() && options.json != "-")
        base::write_file(options.json, traces::to_json(result));
    if (!options.output.empty())
        write_outputs(options.output, result);

    if (result.run.outcome.reason != "exited" || result.run.outcome.exit_code != 0) {
        fmt::print(stderr, "{}: {}\n", options.target, result.run.outcome.message);
        console.exit_code = exit_firmware_failed;
    }
    if (options.request.verify) {
        if (outcome.difference) {
            fmt::print(stderr, "{}: {}\n", options.target, *outcome.difference);
            console.exit_code = exit_firmware_failed;
        } else {
            fmt::print(stderr, "verified: {} layers equal to the host's reference\n", outcome.verified_layers);
        }
    }
}

} // namespace

void add_profile_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("profile", "Run one inference (or a firmware) on a simulated chip and say where the cycles went");
    command->add_option("target", options->target, "a .tflite file, a network's name (mcuprof networks), or an ELF file")->required();
    command->add_option("--chip", options->chip, "a chip's name (mcuprof chips) or a chip file")->required();
    command->add_option("--clock", options->clock, "core clock, such as 80MHz; the chip's usual one otherwise");
    command->add_option("--kernels", options->request.kernels, "reference or dsp; dsp where the core has the DSP extension otherwise")
        ->check(CLI::IsMember({"reference", "dsp"}));
    command->add_option("--input", options->request.input_file, "the bytes of the network's inputs; a fixed pattern otherwise");
    command->add_option("--output", options->output, "write the bytes of the network's outputs to this file");
    command->add_option("--store", options->store, "the store the run is added to")->capture_default_str();
    command->add_flag("--no-store", options->no_store, "do not keep the run");
    command->add_option("--json", options->json, "write the profile as JSON to this file, or - for standard output");
    command->add_flag("--verify", options->request.verify, "compare every layer's output with the host's reference");
    command->add_flag("--exact", options->request.exact, "watch every instruction and access: slower, the referee of the fast way");
    command->add_option("--max-instructions", options->request.instruction_limit, "give up after so many instructions")->capture_default_str();
    command->add_option("--dump", options->dump, "print an intermediate instead of the report: graph, plan, source, elf, blocks, profile")
        ->check(CLI::IsMember({"graph", "plan", "source", "elf", "blocks", "profile"}));
    command->footer("Examples:\n"
                    "  mcuprof profile model.tflite --chip stm32l4r5\n"
                    "  mcuprof profile mobilenet-v1-0.25-96:2 --chip stm32f746 --clock 100MHz --json -\n"
                    "  mcuprof profile mcunet-vww1 --chip generic-m4 --kernels reference --verify\n"
                    "Exit codes: 0 done, 2 wrong input or usage, 3 the firmware failed (or --verify found a difference).");
    command->callback([options, &console] { profile(*options, console); });
}

} // namespace profiler
