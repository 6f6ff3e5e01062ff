// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input_error.h"
#include "profiler/commands/commands.h"
#include "profiler/firmware/interrupt.h"
#include "profiler/version.h"

#include <fmt/format.h>

#include <cstdio>
#include <new>

namespace {

void describe(CLI::App& app, profiler::Console& console)
{
    app.require_subcommand(1);
    app.set_version_flag("--version", "mcuprof " + std::string(profiler::version));
    app.add_option("--progress", console.progress_form, "on stderr: auto (a line on a terminal), json, none")
        ->check(CLI::IsMember({"auto", "json", "none"}))->capture_default_str();
    app.add_flag("-q,--quiet", console.quiet, "only errors, and what was asked for by file");
    app.fallthrough();
    app.footer("Start with: mcuprof profile mobilenet-v1-0.25-96:2 --chip stm32l4r5\n"
               "Each command explains itself: mcuprof profile --help");
    profiler::add_profile_command(app, console);
    profiler::add_build_command(app, console);
    profiler::add_compare_command(app, console);
    profiler::add_runs_command(app, console);
    profiler::add_show_command(app, console);
    profiler::add_chips_command(app, console);
    profiler::add_networks_command(app, console);
    profiler::add_kernels_command(app, console);
}

} // namespace

int main(int argc, char** argv)
{
    profiler::Console console;
    CLI::App app("Cycle-approximate Cortex-M simulator and profiler for neural networks on microcontrollers.\n"
                 "Every cycle, byte and joule has a cause and an owner.", "mcuprof");
    try {
        describe(app, console);
        app.parse(argc, argv);
        return console.exit_code;
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? profiler::exit_success : profiler::exit_input_error;
    } catch (const base::InputError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return profiler::exit_input_error;
    } catch (const firmware::Interrupted& interrupted) {
        fmt::print(stderr, "interrupted; nothing was stored\n");
        return 128 + interrupted.signal_number;
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "out of memory\n");
        return profiler::exit_input_error;
    }
}
