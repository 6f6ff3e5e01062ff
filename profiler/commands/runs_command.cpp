// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/commands/commands.h"
#include "profiler/report/run_tables.h"
#include "profiler/report/text_report.h"
#include "traces/export/json.h"
#include "traces/trace_store.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace profiler {
namespace {

struct RunsOptions {
    std::string store = default_store(), remove;
    bool json = false;
};

void list_runs(const RunsOptions& options, Console& console)
{
    if (!options.remove.empty()) {
        traces::TraceStore(options.store).remove(options.remove);
        return;
    }
    std::vector<traces::RunSummary> runs
        = traces::TraceStore(options.store, traces::TraceStore::Access::read).list();
    if (!options.json) {
        console.print(report::run_list(runs, console.style()));
        return;
    }
    auto rows = nlohmann::ordered_json::array();
    for (const traces::RunSummary& run : runs)
        rows.push_back({{"id", run.run.id}, {"created_at", run.run.created_at},
            {"target", run.run.target}, {"chip", run.run.chip}, {"clock_hz", run.run.clock_hz},
            {"kernels", run.run.kernels}, {"cycles", run.total.cycles},
            {"latency_s", traces::seconds(run.total.cycles, run.run)},
            {"sram_peak_bytes", run.memory.sram_peak()}, {"flash_bytes", run.memory.flash()},
            {"reason", run.run.outcome.reason}});
    console.print(rows.dump(2) + "\n");
}

struct ShowOptions {
    std::string run, store = default_store(), disassembly;
    bool functions = false, traffic = false, json = false;
};

void show(const ShowOptions& options, Console& console)
{
    traces::Profile profile
        = traces::TraceStore(options.store, traces::TraceStore::Access::read).read(options.run);
    if (options.json)
        console.print(traces::to_json(profile, traces::JsonDetail::instructions));
    else if (options.functions)
        console.print(report::function_table(profile, console.style()));
    else if (!options.disassembly.empty())
        console.print(report::instruction_listing(profile, options.disassembly, console.style()));
    else if (options.traffic)
        console.print(report::traffic_table(profile, console.style()));
    else
        console.print(report::text_report(profile, console.style(), titles_of(profile.run)));
}

} // namespace

void add_runs_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<RunsOptions>();
    CLI::App* command = app.add_subcommand("runs", "List the runs of a store");
    command->add_option("--store", options->store, "the store")
        ->type_name("FILE")
        ->capture_default_str();
    command->add_option("--remove", options->remove, "remove this run instead")->type_name("RUN");
    command->add_flag("--json", options->json, "as JSON");
    command->callback([options, &console] { list_runs(*options, console); });
}

void add_show_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<ShowOptions>();
    CLI::App* command = app.add_subcommand(
        "show", "Show one run of a store: report, functions, instructions, traffic");
    command->add_option("run", options->run, "the run's number (mcuprof runs)")
        ->required()
        ->type_name("RUN");
    command->add_option("--store", options->store, "the store")
        ->type_name("FILE")
        ->capture_default_str();
    CLI::Option* functions
        = command->add_flag("--functions", options->functions, "functions by their own cycles");
    CLI::Option* disassembly
        = command
              ->add_option("--disassembly", options->disassembly,
                  "instructions of this function with counts, cycles and causes")
              ->type_name("FUNCTION")
              ->excludes(functions);
    CLI::Option* traffic
        = command->add_flag("--traffic", options->traffic, "bytes by memory region")
              ->excludes(functions)
              ->excludes(disassembly);
    command->add_flag("--json", options->json, "everything as JSON, instructions too")
        ->excludes(functions)
        ->excludes(disassembly)
        ->excludes(traffic);
    command->callback([options, &console] { show(*options, console); });
}

} // namespace profiler
