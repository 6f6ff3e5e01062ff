// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "profiler/commands/commands.h"
#include "profiler/profile_target.h"
#include "profiler/report/run_tables.h"
#include "traces/trace_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <variant>

namespace profiler {
namespace {

struct Options {
    std::vector<std::string> targets, chips;
    std::string store = default_store();
    Request request;
};

bool is_run_id(const std::string& text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

using Candidate
    = std::variant<traces::Profile, Target>; // a run of the store, or what is still to be run

std::vector<Candidate> load_candidates(const Options& options)
{
    std::vector<Candidate> candidates;
    for (const std::string& text : options.targets) {
        if (is_run_id(text))
            candidates.emplace_back(
                traces::TraceStore(options.store, traces::TraceStore::Access::read).read(text));
        else if (options.chips.empty())
            throw base::InputError("mcuprof compare",
                fmt::format("expected --chip, because '{}' is to be profiled", text));
        else
            candidates.emplace_back(load_target(text));
    }
    return candidates;
}

/// Profiles on all chips and stores. Less than all if a chip has no room or no kernel: that is an
/// answer too, which goes to `failures`.
std::vector<std::optional<traces::Profile>> profile_on(std::span<const mcu::ChipModel> chips,
    const Target& target, const Options& options, Console& console,
    std::vector<std::string>& failures)
{
    Progress progress(console.progress());
    std::vector<std::optional<traces::Profile>> profiles;
    for (ChipOutcome& outcome : profile_on_chips(target, chips, options.request, progress)) {
        profiles.emplace_back();
        if (!outcome) {
            if (std::ranges::find(failures, outcome.error().what())
                == failures.end()) // a missing compiler is told once
                failures.emplace_back(outcome.error().what());
            continue;
        }
        outcome->profile.run.id = traces::TraceStore(options.store).add(outcome->profile);
        if (!ended_well(outcome->profile.run))
            console.exit_code = exit_firmware_failed;
        profiles.back() = std::move(outcome->profile);
    }
    return profiles;
}

void compare(const Options& options, Console& console)
{
    // Wrong names are told before the first long run.
    std::vector<Candidate> candidates = load_candidates(options);
    std::vector<mcu::ChipModel> chips;
    for (const std::string& name : options.chips)
        chips.push_back(mcu::load_chip(name));

    std::vector<traces::Profile> profiles;
    std::vector<std::string> failures;
    for (Candidate& candidate : candidates)
        if (auto* stored = std::get_if<traces::Profile>(&candidate))
            profiles.push_back(std::move(*stored));
    std::vector<std::vector<std::optional<traces::Profile>>> made; // by target, then chip
    for (const Candidate& candidate : candidates)
        if (const auto* target = std::get_if<Target>(&candidate))
            made.push_back(profile_on(chips, *target, options, console, failures));
    for (std::size_t chip = 0; chip < chips.size(); ++chip)
        for (auto& of_target : made)
            if (of_target[chip])
                profiles.push_back(std::move(*of_target[chip]));

    if (!profiles.empty())
        console.print(report::comparison(profiles, console.style()));
    for (const std::string& failure : failures)
        fmt::print(stderr, "{}\n", failure);
    if (!failures.empty())
        console.exit_code = exit_input_error;
}

} // namespace

void add_compare_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "compare", "Latency, SRAM, flash and cycles per MAC of several runs side by side");
    command
        ->add_option(
            "targets", options->targets, "runs of the store by number, networks by name, or files")
        ->required()
        ->type_name("TARGET");
    command
        ->add_option("--chip", options->chips,
            "profile networks and files on these chips, separated by commas")
        ->delimiter(',')
        ->type_name("CHIP");
    add_kernels_option(*command, options->request.kernels);
    command->add_option("--store", options->store, "the store to read from and to add to")
        ->type_name("FILE")
        ->capture_default_str();
    command->footer(
        "Example:\n  mcuprof compare mobilenet-v1-0.25-96:2 efficientnet-lite0-0.35-96:2 "
        "mcunet-vww1 --chip stm32f746,stm32l4r5\n"
        "A star marks what no other network on that chip beats in both latency and SRAM.\n"
        "What does not fit a chip is told on stderr; the exit code is then 2, and the others are "
        "compared.");
    command->callback([options, &console] { compare(*options, console); });
}

} // namespace profiler
