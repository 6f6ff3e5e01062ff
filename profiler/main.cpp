// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "base/suggest.h"
#include "profiler/commands/commands.h"
#include "profiler/firmware/interrupt.h"
#include "profiler/version.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <new>

namespace {

void describe(CLI::App& app, profiler::Console& console)
{
    app.require_subcommand(1);
    app.set_version_flag(
        "--version", "mcuprof " + std::string(profiler::version), "print the version and exit");
    app.set_help_flag("-h,--help", "print this and exit");
    app.add_option("--progress", console.progress_form,
           "on stderr: auto (a line on a terminal), json (a line of JSON a step), none")
        ->type_name("FORM")
        ->check(CLI::IsMember({"auto", "json", "none"}))
        ->capture_default_str();
    app.add_flag("-q,--quiet", console.quiet, "only errors, and what was asked for by file");
    app.fallthrough();
    profiler::add_profile_command(app, console);
    profiler::add_build_command(app, console);
    profiler::add_fit_command(app, console);
    profiler::add_compare_command(app, console);
    profiler::add_batch_command(app, console);
    profiler::add_merge_command(app, console);
    profiler::add_runs_command(app, console);
    profiler::add_show_command(app, console);
    profiler::add_energy_command(app, console);
    profiler::add_calibrate_command(app, console);
    profiler::add_export_command(app, console);
    profiler::add_report_command(app, console);
    profiler::add_diff_command(app, console);
    profiler::add_check_command(app, console);
    profiler::add_sql_command(app, console);
    profiler::add_chips_command(app, console);
    profiler::add_networks_command(app, console);
    profiler::add_kernels_command(app, console);
    app.footer(
        "Start with: mcuprof profile mobilenet-v1-0.25-96:2 --chip stm32l4r5\n"
        "Each command explains itself: mcuprof profile --help\n"
        "Exit codes: 0 done, 2 wrong input or usage, 3 the firmware failed, 130 interrupted.");
}

/// What is wrong with the command line, in one line that names the command.
std::string explained(const CLI::App& app, const CLI::ParseError& error)
{
    std::vector<CLI::App*> chosen = app.get_subcommands();
    if (!chosen.empty()) {
        std::string command = "mcuprof " + chosen.front()->get_name();
        return fmt::format("{}: {} ({} --help)", command, error.what(), command);
    }
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(command->get_name());
    std::vector<std::string> unknown = app.remaining();
    if (unknown.empty() || unknown.front().starts_with("-"))
        return fmt::format("mcuprof: {} (mcuprof --help)",
            unknown.empty() ? error.what() : "no option '" + unknown.front() + "'");
    std::string hint = base::suggestion(unknown.front(), names);
    return fmt::format("mcuprof: no command '{}'; {}", unknown.front(),
        hint.empty() ? fmt::format("expected {}", fmt::join(names, ", ")) : hint);
}

} // namespace

int main(int argc, char** argv)
{
    std::signal(
        SIGXFSZ, SIG_IGN); // a file that may not grow is an error of write(), like a full disk
    profiler::Console console;
    CLI::App app("Cycle-approximate Cortex-M simulator and profiler for neural networks on "
                 "microcontrollers.\n"
                 "Every cycle, byte and joule has a cause and an owner.",
        "mcuprof");
    try {
        describe(app, console);
        app.parse(argc, argv);
        return console.exit_code;
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) // --help, --version
            return app.exit(error);
        fmt::print(stderr, "{}\n", explained(app, error));
        return profiler::exit_input_error;
    } catch (const base::InputError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return profiler::exit_input_error;
    } catch (const std::filesystem::filesystem_error& error) {
        fmt::print(stderr, "{}: {}\n", error.path1().string(), error.code().message());
        return profiler::exit_input_error;
    } catch (const firmware::Interrupted& interrupted) {
        fmt::print(stderr, "interrupted; nothing was stored\n");
        return 128 + interrupted.signal_number;
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "out of memory\n");
        return profiler::exit_input_error;
    }
}
