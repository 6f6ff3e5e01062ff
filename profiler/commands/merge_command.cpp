// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "profiler/commands/commands.h"
#include "traces/trace_store.h"

#include <fmt/format.h>

#include <deque>
#include <memory>

namespace profiler {
namespace {

struct Options {
    std::vector<std::string> stores;
    std::string output;
};

void merge(const Options& options, Console& console)
{
    // All are looked at before anything is written.
    std::deque<traces::TraceStore> sources;
    for (const std::string& path : options.stores) {
        traces::TraceStore& store = sources.emplace_back(path, traces::TraceStore::Access::read);
        if (auto damage = store.find_damage(); !damage.empty())
            throw base::InputError(path, "is damaged: " + damage.front());
    }
    traces::TraceStore output(options.output);
    traces::MergeResult sum;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        traces::MergeResult result = output.merge(sources[i]);
        sum.added += result.added;
        sum.present += result.present;
        sum.failed_jobs += result.failed_jobs;
        for (const auto& conflict : result.conflicts) {
            fmt::print(stderr, "{}: run {} ({}) differs from run {} of {}, which is of the same job {:.12} and stays\n", options.stores[i],
                conflict.run, conflict.job, conflict.run_there, options.output, conflict.key);
            console.exit_code = exit_input_error;
        }
    }
    if (!console.quiet)
        console.print(fmt::format("{}: {} runs added, {} there already, {} failed jobs added\n", options.output, sum.added, sum.present, sum.failed_jobs));
}

} // namespace

void add_merge_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("merge", "Join stores: the parts of a batch, or runs of several machines");
    command->add_option("stores", options->stores, "stores to read")->required()->type_name("STORE");
    command->add_option("-o,--output", options->output, "the store that gets them all; made if it is not there")->required()->type_name("FILE");
    command->footer("Examples:\n"
                    "  mcuprof merge part1.db part2.db -o all.db\n"
                    "  mcuprof merge colleague.db -o runs.db\n"
                    "What is there already is not added again, so a merge that was cut off is simply repeated. A job that two stores have done with\n"
                    "different results is named on stderr; the result that was there first stays, and the exit code is 2.");
    command->callback([options, &console] { merge(*options, console); });
}

} // namespace profiler
