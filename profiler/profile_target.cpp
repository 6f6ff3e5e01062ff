// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/profile_target.h"

#include "base/check.h"
#include "base/hash.h"
#include "mcu_models/graph/fold_padding.h"
#include "mcu_models/graph/interpreter.h"
#include "profiler/firmware/interrupt.h"
#include "profiler/record/elf_profile.h"
#include "profiler/record/image_rows.h"
#include "profiler/record/layer_pattern.h"
#include "profiler/record/network_profile.h"
#include "profiler/record/profile_rows.h"
#include "profiler/record/verifier.h"
#include "profiler/version.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <stop_token>
#include <thread>

namespace profiler {
namespace {

std::string now_in_utc()
{
    auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

/// While it exists, Ctrl-C stops the machine, even in an endless loop.
class StopOnInterrupt {
public:
    explicit StopOnInterrupt(sim::Machine& machine)
        : watcher_([&machine](std::stop_token done) {
            while (!done.stop_requested()) {
                if (firmware::InterruptGuard::pending())
                    machine.request_stop();
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        })
    {
    }

private:
    firmware::InterruptGuard guard_;
    std::jthread watcher_;
};

sim::RunResult run(sim::Machine& machine)
{
    StopOnInterrupt stop(machine);
    sim::RunResult result = machine.run();
    if (firmware::InterruptGuard::pending()) // though the firmware may just have ended
        throw firmware::Interrupted(firmware::InterruptGuard::pending());
    return result;
}

sim::HostAccess host_access(const Target& target, const Request& request, Progress& progress)
{
    sim::HostAccess host {.command_line = target.name, .files = request.semihosting_files, .console = {}};
    if (!request.arguments.empty())
        host.command_line += " " + request.arguments;
    if (request.live_console)
        host.console = [&progress](std::string_view text) {
            progress.clear();
            std::fwrite(text.data(), 1, text.size(), stderr);
        };
    return host;
}

sim::Machine::Options machine_options(const Target& target, const Request& request, Progress& progress)
{
    return {.mode = request.exact ? sim::RunTracer::Mode::exact : sim::RunTracer::Mode::blocks,
        .instruction_limit = request.instruction_limit, .host = host_access(target, request, progress)};
}

traces::Profile empty_profile(const Target& target, const mcu::ChipModel& chip, const Request& request, const base::ByteVector& elf)
{
    traces::Profile profile;
    profile.run.created_at = now_in_utc();
    profile.run.target = target.name;
    profile.run.kind = target.kind;
    profile.run.target_sha256 = target.sha256;
    profile.run.elf_sha256 = base::sha256_hex(elf);
    profile.run.tool_version = version;
    profile.run.mode = request.exact ? "exact" : "blocks";
    record::describe_chip(profile, chip);
    return profile;
}

std::string dump_blocks(const sim::RunTracer& tracer, const sim::ElfImage& image)
{
    std::string text;
    for (const auto& block : tracer.blocks().blocks()) {
        const sim::FunctionSymbol* function = image.function_at(block->address);
        text += fmt::format("block {:#010x} {} bytes, {} instructions, {} accesses{} in {}\n", block->address, block->size, block->count(),
            block->operands.size(), block->observed ? ", observed" : "", function ? function->name : "(no function)");
    }
    return text;
}

Outcome profile_elf(const Target& target, const mcu::ChipModel& chip, const Request& request, Progress& progress)
{
    sim::ElfImage image(target.elf, target.where);
    sim::Machine machine(chip, image, target.where, machine_options(target, request, progress));
    record::Recorder::Window window {.function = {}, .layer_functions = {}, .layer_rows = record::Recorder::LayerRows::by_call,
        .heap_function = record::HeapWatch::function_of(image), .layer_finished = {}};
    if (!request.layers.empty())
        window.layer_functions = record::functions_matching(request.layers, image);
    record::Recorder recorder(machine, std::move(window));
    progress.stage("running " + target.name);
    sim::RunResult result = run(machine);

    // From here on nothing is simulated; the numbers are only named and summed.
    record::Recording recording = recorder.finish();
    record::name_called_functions(image, recording);
    Outcome outcome {.profile = empty_profile(target, chip, request, target.elf), .difference = {}, .verified_layers = 0, .blocks = {}};
    record::describe_run(outcome.profile, recording, machine, image, chip, result);
    record::describe_image(outcome.profile, image, machine.boot(), chip);
    record::describe_elf(outcome.profile, recording, image, chip);
    outcome.blocks = dump_blocks(machine.tracer(), image);
    return outcome;
}

Outcome profile_network(const Target& target, const mcu::ChipModel& chip, const Request& request, Progress& progress)
{
    BuiltNetwork built = build_network_firmware(target, chip, request, progress);

    // From here on nothing about the network changes; only the ELF file and where its tensors are is used.
    sim::ElfImage image(built.firmware.elf, target.where);
    sim::Machine machine(chip, image, target.where, machine_options(target, request, progress));
    auto inputs = network_inputs(built.graph, request.input_file);
    for (std::size_t i = 0; i < inputs.size(); ++i)
        machine.write_memory(built.firmware.inputs.at(i).address, inputs[i]);
    std::optional<record::Verifier> verifier;
    if (request.verify) {
        progress.stage("computing the reference on the host");
        verifier.emplace(machine, built.firmware, built.graph, graph::interpret(built.graph, inputs));
    }

    // Run one inference and listen.
    progress.stage("running " + target.name + " on " + chip.title);
    record::Recorder::Window window = record::window_of(built.firmware, image);
    std::size_t layers = window.layer_functions.size();
    window.layer_finished = [&](std::size_t layer) {
        if (verifier)
            verifier->layer_finished(layer);
        progress.step(layer + 1, layers, "layers");
    };
    record::Recorder recorder(machine, std::move(window));
    sim::RunResult result = run(machine);

    // From here on nothing is simulated; the numbers are only named and summed.
    record::Recording recording = recorder.finish();
    Outcome outcome {.profile = empty_profile(target, chip, request, built.firmware.elf), .difference = {}, .verified_layers = 0, .blocks = {}};
    record::describe_run(outcome.profile, recording, machine, image, chip, result);
    record::describe_network(outcome.profile, recording, built.graph, built.plan, built.firmware, chip);
    outcome.profile.outputs = record::read_outputs(machine, built.firmware);
    if (verifier) {
        outcome.difference = verifier->first_difference();
        outcome.verified_layers = verifier->compared_layers();
    }
    outcome.blocks = dump_blocks(machine.tracer(), image);
    return outcome;
}

} // namespace

BuiltNetwork build_network_firmware(const Target& target, const mcu::ChipModel& chip, const Request& request, Progress& progress)
{
    CHECK(target.graph.has_value());
    std::string set = !request.kernels.empty() ? request.kernels : chip.core.has_dsp ? "dsp" : "reference";
    BuiltNetwork built;
    built.graph = graph::fold_padding(*target.graph).graph;
    built.graph.name = target.name; // most files call their network "main"
    // Pick a kernel for each operator, then give each tensor its place in SRAM.
    built.plan = plan::make_plan(built.graph, chip.core, plan::kernel_set(set));
    progress.stage("building the firmware for " + chip.title);
    built.firmware = firmware::build_firmware(built.graph, built.plan, chip);
    return built;
}

Outcome profile_target(const Target& target, const mcu::ChipModel& chip, const Request& request, Progress& progress)
{
    Outcome outcome = target.graph ? profile_network(target, chip, request, progress) : profile_elf(target, chip, request, progress);
    std::optional<std::string> unbalanced = traces::find_unbalanced_sum(outcome.profile);
    if (unbalanced)
        fmt::print(stderr, "{}\n", *unbalanced);
    CHECK(!unbalanced);
    progress.clear();
    return outcome;
}

} // namespace profiler
