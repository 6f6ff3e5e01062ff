// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "base/input_error.h"
#include "profiler/commands/commands.h"
#include "profiler/report/arena_map.h"
#include "profiler/report/call_tables.h"
#include "profiler/report/code_tables.h"
#include "profiler/report/layer_table.h"
#include "profiler/report/run_tables.h"
#include "profiler/report/text_report.h"
#include "profiler/report/timeline.h"
#include "traces/export/json.h"
#include "traces/trace_store.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

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
    std::string run, store = default_store(), disassembly, lines, calls_of, timeline;
    bool arena = false, functions = false, inlined = false, calls = false, stack = false, blocks = false,
         layers = false, traffic = false, json = false;
};

std::optional<std::string> read_source(const std::string& file)
{
    std::error_code trouble;
    constexpr std::uintmax_t largest
        = 10'000'000; // of a source file; the name comes from the firmware
    if (!std::filesystem::is_regular_file(file, trouble)
        || std::filesystem::file_size(file, trouble) > largest || trouble)
        return {};
    try {
        return base::read_text(file);
    } catch (const base::InputError&) { // not for us
        return {};
    }
}

void show(const ShowOptions& options, Console& console)
{
    traces::Profile profile
        = traces::TraceStore(options.store, traces::TraceStore::Access::read).read(options.run);
    if (options.json)
        console.print(traces::to_json(profile, traces::JsonDetail::instructions));
    else if (options.functions)
        console.print(report::function_table(profile, console.style(), 1000,
            options.inlined ? report::Inlined::itself : report::Inlined::caller));
    else if (!options.calls_of.empty())
        console.print(report::call_neighbors(profile, options.calls_of, console.style()));
    else if (options.calls)
        console.print(report::call_tree(profile, console.style()));
    else if (!options.lines.empty())
        console.print(report::line_listing(profile, options.lines, read_source, console.style()));
    else if (options.stack)
        console.print(report::stack_table(profile, console.style()));
    else if (options.blocks)
        console.print(report::block_table(profile, console.style()));
    else if (options.layers)
        console.print(report::layer_calls(profile, console.style()));
    else if (!options.disassembly.empty())
        console.print(report::instruction_listing(profile, options.disassembly, console.style()));
    else if (!options.timeline.empty())
        console.print(report::issue_timeline(profile, options.timeline, console.style()));
    else if (options.arena)
        console.print(report::arena_map(profile, console.style()));
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
    CLI::App* command
        = app.add_subcommand("show", "Show one run of a store: its report, or one view of it");
    command->add_option("run", options->run, "the run's number (mcuprof runs)")
        ->required()
        ->type_name("RUN");
    command->add_option("--store", options->store, "the store")
        ->type_name("FILE")
        ->capture_default_str();

    // One view at a time.
    std::vector<CLI::Option*> views;
    auto view = [&](CLI::Option* option) {
        for (CLI::Option* other : views)
            option->excludes(other);
        views.push_back(option);
        return option;
    };
    CLI::Option* functions = view(
        command->add_flag("--functions", options->functions, "functions by their own cycles"));
    command
        ->add_flag("--inlined", options->inlined,
            "with --functions: inlined functions have rows of their own")
        ->needs(functions);
    CLI::Option* calls = view(command->add_option("--calls", options->calls_of,
        "the call tree, from half a percent of the cycles on; with FUNCTION: who calls it and "
        "what it calls"));
    calls->type_name("[FUNCTION]")->expected(0, 1);
    view(command->add_option("--lines", options->lines,
             "lines of this source file (or end of a path) with counts, cycles and causes"))
        ->type_name("SOURCE");
    view(command->add_option("--disassembly", options->disassembly,
             "instructions of this function with counts, cycles and causes"))
        ->type_name("FUNCTION");
    view(command->add_option("--timeline", options->timeline,
             "how this function's hottest block goes through the pipeline, cycle by cycle"))
        ->type_name("FUNCTION");
    view(command->add_flag("--blocks", options->blocks, "the basic blocks that cost most"));
    view(command->add_flag("--stack", options->stack,
        "stacks: of each flow of control with its deepest calls, of each function"));
    view(command->add_flag(
        "--layers", options->layers, "every layer: when it began, cycles, causes, stack"));
    view(command->add_flag("--arena", options->arena,
        "the arena of a network: each tensor's place and life, the layer that holds most"));
    view(command->add_flag("--traffic", options->traffic, "bytes by memory region"));
    view(command->add_flag("--json", options->json, "everything as JSON, instructions too"));
    command->footer("Examples:\n"
                    "  mcuprof show 17 --functions\n"
                    "  mcuprof show 17 --calls memcpy\n"
                    "  mcuprof show 17 --lines main.c\n"
                    "  mcuprof show 17 --disassembly main\n"
                    "  mcuprof show 17 --timeline main\n"
                    "  mcuprof show 17 --arena\n"
                    "A view that asks for what the run does not have (a function that never ran, a "
                    "file without "
                    "debug information) names what there is.");
    command->callback([options, calls, &console] {
        options->calls = calls->count() > 0;
        show(*options, console);
    });
}

} // namespace profiler
