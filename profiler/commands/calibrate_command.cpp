// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "base/input_error.h"
#include "base/text_table.h"
#include "profiler/calibration_file.h"
#include "profiler/commands/commands.h"
#include "profiler/energy/calibrate.h"
#include "profiler/energy/measurement.h"
#include "profiler/energy/quantities.h"
#include "traces/trace_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace profiler {
namespace {

constexpr std::size_t largest_measurement = std::size_t {64} << 20;

struct Options {
    std::string chip, output, store = default_store();
    std::vector<std::string> measured;
    bool dry_run = false;
};

/// "current=24.9mA,run=17" or "file=trace.csv,run=17".
struct Measured {
    double current = 0;
    std::string run, how;
    std::optional<double> cycles;
};

Measured parse_measured(const std::string& text)
{
    std::string where = "--measured " + text;
    Measured measured;
    std::string file;
    std::string_view rest = text;
    while (!rest.empty()) {
        std::string_view word = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        std::size_t equals = word.find('=');
        std::string_view key = word.substr(0, equals), value = equals == std::string_view::npos ? "" : word.substr(equals + 1);
        if (value.empty() || (key != "current" && key != "run" && key != "file"))
            throw base::InputError(where, fmt::format("expected current=CURRENT,run=RUN or file=FILE.csv,run=RUN, found '{}'", word));
        if (key == "current") {
            measured.current = energy::parse_amperes(value, where);
            if (measured.current <= 0)
                throw base::InputError(where, "a chip that runs draws a current above 0");
        } else {
            (key == "run" ? measured.run : file) = std::string(value);
        }
    }
    if (measured.run.empty() || file.empty() == (measured.current == 0))
        throw base::InputError(where, "expected current=CURRENT,run=RUN or file=FILE.csv,run=RUN: one current and the run it belongs to");
    if (!file.empty()) {
        energy::Measurement content = energy::read_measurement(base::read_text(file, largest_measurement), file);
        measured.current = content.current;
        measured.cycles = content.cycles;
    }
    measured.how = fmt::format("{} in run {}", energy::current_text(measured.current), measured.run);
    return measured;
}

void calibrate(const Options& options, Console& console)
{
    mcu::ChipModel chip = mcu::load_chip(options.chip);
    std::vector<energy::Observation> observations;
    std::vector<std::string> sources;
    std::string text;
    traces::TraceStore store(options.store, traces::TraceStore::Access::read);
    for (const std::string& one : options.measured) {
        Measured measured = parse_measured(one);
        traces::Profile run = store.read(measured.run);
        if (run.run.chip != chip.name)
            throw base::InputError("run " + measured.run, fmt::format("ran on {}, not on {}", run.run.chip, chip.name));
        observations.push_back(energy::observe(run, measured.current));
        sources.push_back(measured.how);
        if (measured.cycles)
            text += fmt::format("  run {}: {:.0f} cycles measured, {} simulated ({:+.1f} %)\n", measured.run, *measured.cycles, run.total.cycles,
                100 * (static_cast<double>(run.total.cycles) / *measured.cycles - 1));
    }
    energy::Fit fit = energy::fit(observations);
    fit.calibration.source = "measured: ";
    for (std::size_t i = 0; i < sources.size(); ++i)
        fit.calibration.source += (i == 0 ? "" : ", ") + sources[i];

    base::TextTable table({{"run", base::Align::left}, {"measured"}, {"data sheet"}, {"calibrated"}, {"residual"}});
    for (std::size_t i = 0; i < observations.size(); ++i) {
        const energy::Observation& one = observations[i];
        table.add_row({one.name, energy::current_text(one.measured), energy::current_text(one.fixed + one.working),
            energy::current_text(energy::modeled_current(one, fit.calibration)), fmt::format("{:+.1f} %", 100 * fit.residuals[i])});
    }
    std::string file = options.output.empty() ? calibration_path(options.chip).string() : options.output;
    if (!options.dry_run) {
        if (std::filesystem::path folder = std::filesystem::path(file).parent_path(); !folder.empty()) {
            std::error_code error;
            std::filesystem::create_directories(folder, error);
        }
        base::write_file(file, calibration_text(fit.calibration, chip));
    }
    text = fmt::format("{}: {:.3g} mA beside the chip, activity {:.3g} ({}), expected error {:.0f} %\n\n", chip.title, 1e3 * fit.calibration.platform_current,
               fit.calibration.activity, fit.activity_was_fitted ? "fitted" : "as networks have it", 100 * fit.calibration.error)
        + table.text() + (text.empty() ? "" : "\n" + text)
        + (options.dry_run ? "\n  not written: --dry-run\n" : fmt::format("\n  written to {}; runs of {} are calibrated from now on\n", file, chip.name));
    if (!console.quiet)
        console.print(text);
}

} // namespace

void add_calibrate_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("calibrate", "measured currents of a board, so that energies are its own");
    command->add_option("--chip", options->chip, "a chip's name or file")->required()->type_name("CHIP");
    command->add_option("--measured", options->measured,
                      "what the chip drew at its supply pin while it ran what a run of the store simulates: a current, or a table of samples "
                      "with columns of current and of time or cycles (Joulescope, PPK2, Otii, DWT); several improve the fit")
        ->required()
        ->type_name("current=CURRENT,run=RUN")
        ->allow_extra_args(false);
    command->add_option("--output", options->output, "where the calibration goes; beside the chip's file otherwise, or for chips of mcuprof into the user's folder")
        ->type_name("FILE");
    command->add_option("--store", options->store, "the store of runs")->type_name("FILE")->capture_default_str();
    command->add_flag("--dry-run", options->dry_run, "show the fit, write nothing");
    command->footer("Profile first (--calibration none), at the clock, supply and voltage that were measured, then calibrate:\n"
                    "  mcuprof profile kws.tflite --chip stm32u575 --supply \"SMPS, 1.8 V\"\n"
                    "  mcuprof calibrate --chip stm32u575 --measured current=15.1mA,run=1\n"
                    "  mcuprof calibrate --chip stm32u575 --measured file=joulescope.csv,run=1 --measured current=14.8mA,run=2\n"
                    "Fits the current of the board beside the chip, and how much more than CoreMark the core works if the runs differ enough to tell.\n"
                    "Cycles are compared, not fitted. docs/energy.md explains the model.\n"
                    "Exit codes: 0 done, 2 wrong input, or measurements that no possible board explains.");
    command->callback([options, &console] { calibrate(*options, console); });
}

} // namespace profiler
