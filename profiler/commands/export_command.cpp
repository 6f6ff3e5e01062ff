// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "base/input_error.h"
#include "profiler/commands/commands.h"
#include "traces/export/callgrind.h"
#include "traces/export/collapsed.h"
#include "traces/export/csv.h"
#include "traces/export/json.h"
#include "traces/export/perfetto.h"
#include "traces/export/pprof.h"
#include "traces/export/speedscope.h"
#include "traces/trace_store.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <memory>

namespace profiler {
namespace {

struct Options {
    std::string run, format, file = "-", table = "layers", store = default_store();
};

struct Format {
    std::string_view name;
    std::string (*write)(const traces::Profile&, const Options&);
    bool is_text = true;
};

constexpr std::array formats = {
    Format {"json",
        [](const traces::Profile& profile, const Options&) {
            return traces::to_json(profile, traces::JsonDetail::instructions);
        }},
    Format {"csv",
        [](const traces::Profile& profile, const Options& options) {
            return traces::to_csv(profile, options.table);
        }},
    Format {"perfetto",
        [](const traces::Profile& profile, const Options&) {
            return traces::to_perfetto(profile);
        }},
    Format {"callgrind",
        [](const traces::Profile& profile, const Options&) {
            return traces::to_callgrind(profile);
        }},
    Format {"speedscope",
        [](const traces::Profile& profile, const Options&) {
            return traces::to_speedscope(profile);
        }},
    Format {"pprof",
        [](const traces::Profile& profile, const Options&) { return traces::to_pprof(profile); },
        false},
    Format {"collapsed",
        [](const traces::Profile& profile, const Options&) {
            return traces::to_collapsed(profile);
        }},
};

std::vector<std::string> format_names()
{
    std::vector<std::string> names;
    for (const Format& format : formats)
        names.emplace_back(format.name);
    return names;
}

void export_run(const Options& options, bool table_was_chosen, Console& console)
{
    const Format& format = *std::ranges::find(formats, options.format, &Format::name);
    if (table_was_chosen && options.format != "csv")
        throw base::InputError("--table", "goes with --format csv only");
    if (options.file == "-" && !format.is_text && console.is_terminal())
        throw base::InputError("mcuprof export",
            fmt::format("{} is binary; expected -o FILE, or a pipe behind it", format.name));
    traces::Profile profile
        = traces::TraceStore(options.store, traces::TraceStore::Access::read).read(options.run);
    std::string content = format.write(profile, options);
    if (options.file == "-")
        console.print(content);
    else
        base::write_file(options.file, content);
}

} // namespace

void add_export_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command
        = app.add_subcommand("export", "Write a run of a store in the format of another program");
    command->add_option("run", options->run, "the run's number (mcuprof runs)")
        ->required()
        ->type_name("RUN");
    command
        ->add_option(
            "--format", options->format, fmt::format("{}", fmt::join(format_names(), ", ")))
        ->required()
        ->type_name("FORMAT")
        ->check(CLI::IsMember(format_names()));
    command->add_option("-o,--output", options->file, "the file to write, or - for standard output")
        ->type_name("FILE")
        ->capture_default_str();
    CLI::Option* table = command
                             ->add_option("--table", options->table,
                                 fmt::format("with csv: which list of the run: {}",
                                     fmt::join(traces::csv_tables(), ", ")))
                             ->type_name("LIST")
                             ->check(CLI::IsMember(traces::csv_tables()))
                             ->capture_default_str();
    command->add_option("--store", options->store, "the store")
        ->type_name("FILE")
        ->capture_default_str();
    command->footer(
        "Examples:\n"
        "  mcuprof export 17 --format perfetto -o run.json      open in ui.perfetto.dev\n"
        "  mcuprof export 17 --format callgrind -o callgrind.out.17 && kcachegrind "
        "callgrind.out.17\n"
        "  mcuprof export 17 --format speedscope -o run.speedscope.json   open in speedscope.app\n"
        "  mcuprof export 17 --format pprof -o run.pb.gz && go tool pprof -http : run.pb.gz\n"
        "  mcuprof export 17 --format collapsed | flamegraph.pl > run.svg\n"
        "  mcuprof export 17 --format csv --table instructions -o instructions.csv\n"
        "Cycles in each of them sum to the run's.");
    command->callback(
        [options, table, &console] { export_run(*options, table->count() > 0, console); });
}

} // namespace profiler
