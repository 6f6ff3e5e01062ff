// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "profiler/commands/commands.h"
#include "profiler/html_page.h"
#include "profiler/print_pdf.h"
#include "profiler/report/csv_report.h"
#include "profiler/report/markdown_report.h"
#include "profiler/report/run_tables.h"
#include "traces/trace_store.h"

#include <memory>

namespace profiler {
namespace {

using Profiles = std::vector<traces::Profile>;

struct Options {
    std::vector<std::string> runs;
    std::string store = default_store(), html, pdf, format;
};

std::string as_text(const Profiles& profiles, const std::string& format, const Console& console)
{
    const traces::Profile& first = profiles.front();
    if (format == "csv")
        return report::csv_report(profiles);
    if (format == "md")
        return profiles.size() == 1 ? report::markdown_report(first, titles_of(first.run))
                                    : report::markdown_comparison(profiles);
    return profiles.size() == 1 ? report::text_report(first, console.style(), titles_of(first.run))
                                : report::comparison(profiles, console.style());
}

void write_page(const std::string& file, std::string_view page, const Console& console)
{
    if (file == "-")
        console.print(page);
    else
        base::write_file(file, page);
}

void report(const Options& options, Console& console)
{
    Profiles profiles;
    traces::TraceStore store(options.store, traces::TraceStore::Access::read);
    for (const std::string& run : options.runs)
        profiles.push_back(store.read(run));

    bool with_page = !options.html.empty() || !options.pdf.empty();
    std::string page = with_page ? html_page(profiles) : "";
    if (!options.html.empty())
        write_page(options.html, page, console);
    if (!options.pdf.empty())
        print_pdf(page, options.pdf);
    if (!options.format.empty() || !with_page)
        console.print(as_text(profiles, options.format, console));
}

} // namespace

void add_report_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "report", "Write a report to hand on: HTML, PDF, Markdown, CSV; several runs are compared");
    command->add_option("runs", options->runs, "the runs' numbers (mcuprof runs)")
        ->required()
        ->type_name("RUN");
    command->add_option("--store", options->store, "the store")
        ->type_name("FILE")
        ->capture_default_str();
    CLI::Option* html
        = command
              ->add_option("--html", options->html,
                  "write one HTML file that needs nothing else: charts, tables, flame graph; - for "
                  "standard output")
              ->type_name("FILE");
    command
        ->add_option("--pdf", options->pdf,
            "print the same page as PDF, by chromium or google-chrome, one of which must be there")
        ->type_name("FILE");
    CLI::Option* format
        = command
              ->add_option("--format", options->format,
                  "print text, Markdown for pull requests (md), or a line a layer (csv)")
              ->type_name("FORM")
              ->check(CLI::IsMember({"text", "md", "csv"}));
    command->footer(
        "Examples:\n"
        "  mcuprof report 17 --html mobilenet.html\n"
        "  mcuprof report 17 --pdf mobilenet.pdf\n"
        "  mcuprof report 17 18 21 --html comparison.html\n"
        "  mcuprof report 17 --format md >> pull-request.md\n"
        "  mcuprof report 17 18 --format csv | sort -t, -k14 -n\n"
        "Of several runs the HTML page draws published accuracy over latency, energy and SRAM "
        "where "
        "the networks have one (mcuprof networks).\n"
        "Without an option: the text report, of several runs the table of mcuprof compare.");
    command->callback([options, html, format, &console] {
        if (options->html == "-" && format->count() > 0)
            throw CLI::ExcludesError(html->get_name(), format->get_name());
        report(*options, console);
    });
}

} // namespace profiler
