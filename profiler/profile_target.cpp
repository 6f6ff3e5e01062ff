// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/profile_target.h"

#include "base/check.h"
#include "base/hash.h"
#include "base/input_error.h"
#include "mcu_models/graph/fold_padding.h"
#include "mcu_models/graph/interpreter.h"
#include "profiler/firmware/interrupt.h"
#include "profiler/measured_kernels.h"
#include "profiler/plan/patch_choice.h"
#include "profiler/record/elf_profile.h"
#include "profiler/record/energy_rows.h"
#include "profiler/record/image_rows.h"
#include "profiler/record/layer_pattern.h"
#include "profiler/record/network_profile.h"
#include "profiler/record/profile_rows.h"
#include "profiler/record/verifier.h"
#include "profiler/version.h"
#include "sim/memory/memory_map.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <stop_token>
#include <thread>

namespace profiler {
namespace {

std::string now_in_utc()
{
    auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    return fmt::format(
        "{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
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

traces::Profile empty_profile(const Target& target, const mcu::ChipModel& chip,
    const Request& request, const base::ByteVector& elf)
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
        text += fmt::format("block {:#010x} {} bytes, {} instructions, {} accesses{} in {}\n",
            block->address, block->size, block->count(), block->operands.size(),
            block->observed ? ", observed" : "", function ? function->name : "(no function)");
    }
    return text;
}

using Chips = std::span<const mcu::ChipModel* const>;

/// What runs on one chip.
struct Prepared {
    const mcu::ChipModel* chip = nullptr;
    std::optional<BuiltNetwork> network; // none: the target is an ELF file
    std::optional<sim::Boot> boot;       // of an ELF file, if there are several chips
};

/// A chip's meter, its recorder, and what came of it.
class Recorders {
public:
    /// The machine was made for the first chip.
    Recorders(sim::Machine& machine, Chips chips, const record::Recorder::Window& window)
        : machine_(machine)
    {
        for (std::size_t i = 0; i < chips.size(); ++i) {
            if (i > 0)
                machine.add_chip(*chips[i]);
            record::Recorder::Window own = window;
            if (i > 0)
                own.layer_finished = {};
            recorders_.emplace_back(machine, std::move(own), i);
        }
    }

    /// Nothing for chips on which the firmware may do something else than on the first.
    std::vector<std::optional<record::Recording>> finish(const sim::RunResult& result)
    {
        bool same_everywhere = result.good() && !machine_.depends_on_chip();
        std::vector<std::optional<record::Recording>> recordings;
        for (record::Recorder& recorder : recorders_) {
            recordings.emplace_back(recorder.finish());
            bool same_memory
                = outside_memory(*recordings.back()) == outside_memory(*recordings.front());
            if (recordings.size() > 1 && !(same_everywhere && same_memory))
                recordings.back().reset();
        }
        return recordings;
    }

private:
    static std::uint64_t outside_memory(const record::Recording& recording)
    {
        auto accesses = [](const sim::Reading& reading) {
            return reading.traffic.empty()
                ? 0
                : reading.traffic.back().reads + reading.traffic.back().writes;
        };
        return accesses(recording.total) + accesses(recording.outside_window);
    }

    sim::Machine& machine_;
    std::deque<record::Recorder> recorders_;
};

/// By chip; nothing where the run says nothing about it.
using Outcomes = std::vector<std::optional<Outcome>>;

Outcomes profile_elf(const Target& target, Chips chips, const Request& request, Progress& progress)
{
    sim::ElfImage image(target.elf, target.where);
    sim::Machine machine(*chips.front(), image, target.where, machine_options(target, request, progress));
    record::Recorder::Window window {.function = {},
        .layer_functions = {},
        .layer_rows = record::Recorder::LayerRows::by_call,
        .heap_function = record::HeapWatch::function_of(image),
        .layer_finished = {}};
    if (!request.layers.empty())
        window.layer_functions = record::functions_matching(request.layers, image);
    Recorders recorders(machine, chips, window);
    progress.stage("running " + target.name);
    sim::RunResult result = run(machine);

    // From here on nothing is simulated; the numbers are only named and summed.
    auto recordings = recorders.finish(result);
    Outcomes outcomes(chips.size());
    for (std::size_t i = 0; i < chips.size(); ++i) {
        if (!recordings[i])
            continue;
        record::name_called_functions(image, *recordings[i]);
        Outcome& outcome = outcomes[i].emplace();
        outcome.profile = empty_profile(target, *chips[i], request, target.elf);
        record::describe_run(outcome.profile, *recordings[i], machine, image, *chips[i], result);
        record::describe_image(outcome.profile, image, machine.boot(), *chips[i]);
        record::describe_elf(outcome.profile, *recordings[i], image, *chips[i]);
        record::describe_energy(outcome.profile, *recordings[i], image, *chips[i]);
        outcome.blocks = dump_blocks(machine.tracer(), image);
    }
    return outcomes;
}

/// `built`: the firmware, the same for all chips.
Outcomes profile_network(const Target& target, const BuiltNetwork& built, Chips chips,
    const Request& request, Progress& progress)
{
    sim::ElfImage image(built.firmware.elf, target.where);
    sim::Machine machine(*chips.front(), image, target.where, machine_options(target, request, progress));
    auto inputs = network_inputs(built.graph, request.input_file);
    for (std::size_t i = 0; i < inputs.size(); ++i)
        machine.write_memory(built.firmware.inputs.at(i).address, inputs[i]);
    std::optional<record::Verifier> verifier;
    if (request.verify) {
        progress.stage("computing the reference on the host");
        verifier.emplace(
            machine, built.firmware, built.graph, graph::interpret(built.graph, inputs));
    }

    // Run one inference and listen.
    progress.stage("running " + target.name + " on " + chips.front()->title);
    record::Recorder::Window window = record::window_of(built.firmware, image);
    std::size_t layers = window.layer_functions.size();
    window.layer_finished = [&](std::size_t layer) {
        if (verifier)
            verifier->layer_finished(layer);
        progress.step(layer + 1, layers, "layers");
    };
    Recorders recorders(machine, chips, window);
    sim::RunResult result = run(machine);

    // From here on nothing is simulated; the numbers are only named and summed.
    auto recordings = recorders.finish(result);
    Outcomes outcomes(chips.size());
    for (std::size_t i = 0; i < chips.size(); ++i) {
        if (!recordings[i])
            continue;
        Outcome& outcome = outcomes[i].emplace();
        outcome.profile = empty_profile(target, *chips[i], request, built.firmware.elf);
        record::describe_run(outcome.profile, *recordings[i], machine, image, *chips[i], result);
        record::describe_network(
            outcome.profile, *recordings[i], built.graph, built.plan, built.firmware, *chips[i]);
        record::describe_energy(outcome.profile, *recordings[i], image, *chips[i]);
        outcome.profile.outputs = record::read_outputs(machine, built.firmware);
        if (verifier) {
            outcome.difference = verifier->first_difference();
            outcome.verified_layers = verifier->compared_layers();
        }
        outcome.blocks = dump_blocks(machine.tracer(), image);
    }
    return outcomes;
}

Prepared prepare(const Target& target, const mcu::ChipModel& chip, bool only_one,
    const Request& request, Progress& progress)
{
    Prepared prepared {.chip = &chip, .network = {}, .boot = {}};
    if (target.graph) {
        prepared.network = build_network_firmware(target, chip, request, progress);
    } else if (!only_one) {
        sim::MemoryMap memory(chip);
        prepared.boot
            = sim::load_image(memory, sim::ElfImage(target.elf, target.where), chip, target.where);
    }
    return prepared;
}

/// Does the same run tell what both cost? The firmware is the same to the byte, for the same core,
/// and begins alike.
bool runs_alike(const Prepared& a, const Prepared& b)
{
    if (a.chip->core.name != b.chip->core.name)
        return false;
    if (a.network)
        return a.network->firmware.elf == b.network->firmware.elf;
    return a.boot && b.boot && a.boot->first_pc == b.boot->first_pc
        && a.boot->stack_pointer == b.boot->stack_pointer;
}

void check_sums(const traces::Profile& profile)
{
    std::optional<std::string> unbalanced = traces::find_unbalanced_sum(profile);
    if (unbalanced)
        fmt::print(stderr, "{}\n", *unbalanced);
    CHECK(!unbalanced);
}

/// Runs a network's firmware for the cycles of its layers alone. Whatever the input, the same.
LayerCycles layer_cycles(const graph::ModelGraph& graph, const plan::ExecutionPlan& plan,
    const firmware::Firmware& firmware, const mcu::ChipModel& chip)
{
    sim::ElfImage image(firmware.elf, graph.name);
    sim::Machine machine(chip, image, graph.name, {});
    const auto inputs = network_inputs(graph, std::nullopt);
    for (std::size_t i = 0; i < inputs.size(); ++i)
        machine.write_memory(firmware.inputs.at(i).address, inputs[i]);
    record::Recorder recorder(machine, record::window_of(firmware, image));
    const sim::RunResult result = run(machine);
    const record::Recording recording = recorder.finish();
    LayerCycles cycles;
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
        cycles.push_back(recording.layers.at(i).reading.cycles.total().count());
    if (!result.good())
        throw base::InputError(graph.name, "a run to measure kernels failed");
    return cycles;
}

} // namespace

firmware::MemoryNeeds PlannedNetwork::needs() const
{
    return {plan.arena_bytes, firmware::default_stack_bytes, plan::weight_bytes(plan, graph),
        plan::table_bytes(plan)};
}

std::string kernels_for(const mcu::ChipModel& chip, const Request& request)
{
    if (!request.kernels.empty())
        return request.kernels;
    return chip.core.has_dsp ? "dsp" : "small";
}

PlannedNetwork plan_network(const graph::ModelGraph& graph, const std::string& name,
    const mcu::ChipModel& chip, const Request& request)
{
    PlannedNetwork planned;
    graph::ModelGraph folded = graph::fold_padding(graph).graph;
    folded.name = name; // most files call their network "main"
    const plan::KernelSet kernels = plan::kernel_set(kernels_for(chip, request));
    planned.patches = plan::choose_patches(folded, chip.core, kernels, request.planner);
    planned.graph = std::move(planned.patches.network.graph);
    // Pick a kernel for each operator, then give each tensor its place in SRAM.
    planned.plan = plan::make_plan(planned.graph, chip.core, kernels, {}, request.planner);
    plan::describe_patches(planned.plan, planned.patches);
    return planned;
}

BuiltNetwork build_network_firmware(
    const Target& target, const mcu::ChipModel& chip, const Request& request, Progress& progress)
{
    CHECK(target.graph.has_value());
    PlannedNetwork planned = plan_network(*target.graph, target.name, chip, request);
    const plan::KernelSet kernels = planned.plan.kernels;
    if (kernels == plan::KernelSet::specialized) {
        progress.stage("measuring kernels on " + chip.title);
        const plan::PreferredKernels preferred = measured_kernels(
            planned.graph, chip, kernels,
            [&](const plan::ExecutionPlan& plan, const firmware::Firmware& firmware) {
                return layer_cycles(planned.graph, plan, firmware, chip);
            },
            [&](std::size_t round, std::size_t rounds) { progress.step(round + 1, rounds, "rounds"); });
        planned.plan = plan::make_plan(planned.graph, chip.core, kernels, preferred, request.planner);
        plan::describe_patches(planned.plan, planned.patches);
    }
    BuiltNetwork built {std::move(planned.graph), std::move(planned.plan), {}};
    progress.stage("building the firmware for " + chip.title);
    built.firmware = firmware::build_firmware(built.graph, built.plan, chip);
    return built;
}

std::vector<ChipOutcome> profile_on_chips(const Target& target,
    std::span<const mcu::ChipModel> chips, const Request& request, Progress& progress)
{
    std::vector<ChipOutcome> results(
        chips.size(), std::unexpected(base::InputError(target.where, "not run")));
    std::vector<Prepared> waiting;
    auto result_of = [&](const Prepared& prepared) -> ChipOutcome& {
        return results[static_cast<std::size_t>(prepared.chip - chips.data())];
    };
    for (std::size_t i = 0; i < chips.size(); ++i) {
        try {
            waiting.push_back(prepare(target, chips[i], chips.size() == 1, request, progress));
        } catch (const base::InputError& error) {
            results[i] = std::unexpected(error);
        }
    }

    // The first that waits is run; whoever runs alike is timed with it. Where that turns out wrong,
    // they go on waiting.
    while (!waiting.empty()) {
        std::vector<const mcu::ChipModel*> together;
        for (const Prepared& prepared : waiting)
            if (together.empty() || runs_alike(waiting.front(), prepared))
                together.push_back(prepared.chip);
        Outcomes outcomes;
        try {
            outcomes = target.graph
                ? profile_network(target, *waiting.front().network, together, request, progress)
                : profile_elf(target, together, request, progress);
        } catch (const base::InputError& error) {
            result_of(waiting.front()) = std::unexpected(error);
            waiting.erase(waiting.begin());
            continue;
        }
        for (std::size_t i = 0; i < together.size(); ++i) {
            if (!outcomes[i])
                continue;
            check_sums(outcomes[i]->profile);
            outcomes[i]->timed_with_another = i > 0;
            // The same bytes at the same addresses may lie in banks of other names.
            auto own = std::ranges::find(waiting, together[i], &Prepared::chip);
            if (own->network)
                outcomes[i]->profile.run.placement
                    = firmware::text_of(own->network->firmware.layout);
            results[static_cast<std::size_t>(together[i] - chips.data())] = std::move(*outcomes[i]);
            std::erase_if(
                waiting, [&](const Prepared& prepared) { return prepared.chip == together[i]; });
        }
    }
    progress.clear();
    return results;
}

Outcome profile_target(
    const Target& target, const mcu::ChipModel& chip, const Request& request, Progress& progress)
{
    ChipOutcome result
        = std::move(profile_on_chips(target, std::span(&chip, 1), request, progress).front());
    if (!result)
        throw base::InputError(result.error());
    return std::move(*result);
}

} // namespace profiler
