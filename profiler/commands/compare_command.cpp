// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "profiler/commands/commands.h"
#include "profiler/profile_target.h"
#include "profiler/report/run_tables.h"
#include "traces/trace_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace profiler {
namespace {

struct Options {
    std::vector<std::string> targets, chips;
    std::string store = default_store();
    Request request;
};

bool is_run_id(const std::string& text) { return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }); }

void compare(const Options& options, Console& console)
{
    bool any_target = !std::ranges::all_of(options.targets, is_run_id);
    if (any_target && options.chips.empty())
        throw base::InputError("compare", "expected --chip, because '" + *std::ranges::find_if_not(options.targets, is_run_id) + "' is to be profiled");

    std::vector<traces::Profile> profiles;
    std::vector<std::string> failures;
    for (const std::string& chip_name : any_target ? options.chips : std::vector<std::string> {""})
        for (const std::string& text : options.targets) {
            if (is_run_id(text)) {
                if (chip_name == options.chips.front() || chip_name.empty())
                    profiles.push_back(traces::TraceStore(options.store, traces::TraceStore::Access::read).read(text));
                continue;
            }
            mcu::ChipModel chip = mcu::load_chip(chip_name);
            Target target = load_target(text);
            try {
                Progress progress(console.progress());
                Outcome outcome = profile_target(target, chip, options.request, progress);
                outcome.profile.run.id = traces::TraceStore(options.store).add(outcome.profile);
                profiles.push_back(std::move(outcome.profile));
            } catch (const base::InputError& error) { // one that does not fit is an answer too
                failures.push_back(fmt::format("{} on {}: {}", text, chip.title, error.what()));
            }
        }
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
    CLI::App* command = app.add_subcommand("compare", "Latency, SRAM, flash and cycles per MAC of several runs side by side");
    command->add_option("targets", options->targets, "runs of the store by number, networks by name, or files")->required();
    command->add_option("--chip", options->chips, "profile networks and files on these chips")->delimiter(',');
    command->add_option("--kernels", options->request.kernels, "reference or dsp")->check(CLI::IsMember({"reference", "dsp"}));
    command->add_option("--store", options->store, "the store to read and to add to")->capture_default_str();
    command->footer("Example:\n  mcuprof compare mobilenet-v1-0.25-96:2 efficientnet-lite0-0.35-96:2 mcunet-vww1 --chip stm32f746,stm32l4r5\n"
                    "A star marks what no other network on that chip beats in both latency and SRAM.");
    command->callback([options, &console] { compare(*options, console); });
}

} // namespace profiler
