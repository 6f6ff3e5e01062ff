// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "profiler/commands/commands.h"
#include "profiler/comparison/diff_report.h"
#include "profiler/comparison/difference_page.h"
#include "traces/trace_store.h"

#include <memory>

namespace profiler {
namespace {

struct Options {
    std::string before, after, store = default_store(), before_store, format = "text", file = "-";
    bool everything = false;
};

void diff(const Options& options, Console& console)
{
    auto read = [](const std::string& store, const std::string& run) {
        return traces::TraceStore(store, traces::TraceStore::Access::read).read(run);
    };
    traces::Profile before
        = read(options.before_store.empty() ? options.store : options.before_store, options.before);
    traces::Profile after = read(options.store, options.after);
    comparison::RunDiff changes = comparison::diff_runs(before, after);
    comparison::DiffDetail detail;
    if (options.everything)
        detail.layers = detail.functions = detail.instructions = static_cast<std::size_t>(-1);
    std::string text = options.format == "json" ? comparison::diff_json(changes)
        : options.format == "html"              ? comparison::difference_page(changes, detail)
        : options.format == "md"                ? comparison::diff_markdown(changes, detail)
                                 : comparison::diff_text(changes, detail, console.style());
    if (options.file == "-")
        console.print(text);
    else
        base::write_file(options.file, text);
}

} // namespace

void add_diff_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("diff",
        "What changed between two runs: totals, causes, layers, functions, instructions, by "
        "weight");
    command->add_option("before", options->before, "the run before (mcuprof runs)")
        ->required()
        ->type_name("BEFORE");
    command->add_option("after", options->after, "the run after")->required()->type_name("AFTER");
    command
        ->add_option("--format", options->format,
            "text, md (for a pull request), html (with a differential flame graph) or json "
            "(everything)")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "md", "html", "json"}))
        ->capture_default_str();
    command->add_flag("--all", options->everything, "all that changed, not only what changed most");
    command->add_option("-o,--output", options->file, "the file to write, or - for standard output")
        ->type_name("FILE")
        ->capture_default_str();
    command->add_option("--store", options->store, "the store")
        ->type_name("FILE")
        ->capture_default_str();
    command
        ->add_option("--before-store", options->before_store,
            "the store of the run before, if it is another one")
        ->type_name("FILE");
    command->footer("Examples:\n"
                    "  mcuprof diff 17 18\n"
                    "  mcuprof diff 17 18 --format md -o comment.md\n"
                    "  mcuprof diff 17 18 --format html -o changes.html\n"
                    "  mcuprof diff 4 18 --before-store main.db\n"
                    "Layers are matched by operator and shape in their order, so that one inserted "
                    "does not shift "
                    "the others;\nfunctions by name; instructions by text. The differences of all "
                    "layers, of all "
                    "functions and of all causes\neach sum to the difference of the runs.");
    command->callback([options, &console] { diff(*options, console); });
}

} // namespace profiler
