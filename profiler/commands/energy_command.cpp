// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "base/input_error.h"
#include "profiler/calibration_file.h"
#include "profiler/commands/commands.h"
#include "profiler/energy/answer.h"
#include "profiler/energy/quantities.h"
#include "profiler/profile_target.h"
#include "traces/trace_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace profiler {
namespace {

constexpr std::size_t largest_scenario = 1 << 16;

struct Options {
    std::string target, chip, clock, supply, calibration, scenario, period, sleep, battery, regulator, temperature, wake_on, json,
        store = default_store();
    std::vector<std::string> sensors, radios;
    Request request;
    bool no_store = false;
};

bool is_run_id(const std::string& text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The file's, with what the options say instead or beside.
energy::Scenario scenario_of(const Options& options)
{
    energy::Scenario scenario;
    if (!options.scenario.empty())
        scenario = energy::parse_scenario(base::read_text(options.scenario, largest_scenario), options.scenario);
    if (!options.period.empty())
        scenario.period = energy::parse_period(options.period);
    if (!options.sleep.empty())
        scenario.sleep = options.sleep;
    if (!options.battery.empty())
        scenario.battery = mcu::find_battery(options.battery);
    if (!options.regulator.empty())
        scenario.regulator = energy::parse_regulator(options.regulator);
    if (!options.temperature.empty())
        scenario.celsius = energy::parse_celsius(options.temperature, "--temperature");
    for (const std::string& sensor : options.sensors)
        scenario.sensors.push_back(energy::parse_sensor(sensor));
    for (const std::string& radio : options.radios)
        scenario.radios.push_back(energy::parse_radio(radio));
    if (!options.wake_on.empty())
        energy::set_wake_on(scenario, options.wake_on);
    if (scenario.wakes_a_second > 0 && scenario.period)
        throw base::InputError("mcuprof energy", fmt::format("a period is for a timer; {} says when the chip wakes", scenario.wake_on));
    return scenario;
}

mcu::ChipModel load_chip(const std::string& name, std::uint64_t clock, const std::string& supply, const Options& options)
{
    mcu::ChipModel chip = mcu::load_chip(name, base::Hertz(clock), supply);
    use_calibration(chip, name, options.calibration);
    return chip;
}

void answer(const Options& options, Console& console)
{
    energy::Scenario scenario = scenario_of(options);
    traces::Profile profile;
    std::optional<mcu::ChipModel> chip;
    if (is_run_id(options.target)) {
        if (!options.clock.empty() || !options.supply.empty())
            throw base::InputError("run " + options.target, "ran at the clock and supply it has; --clock and --supply are for what is to be run");
        profile = traces::TraceStore(options.store, traces::TraceStore::Access::read).read(options.target);
        if (!profile.total.energy)
            throw base::InputError("run " + options.target, fmt::format("its energy is unknown: nobody says what {} draws", profile.run.chip));
        chip = load_chip(options.chip.empty() ? profile.run.chip : options.chip, profile.run.clock_hz, profile.run.supply, options);
    } else {
        if (options.chip.empty())
            throw base::InputError("mcuprof energy", fmt::format("expected --chip, because '{}' is to be profiled", options.target));
        chip = load_chip(options.chip, options.clock.empty() ? 0 : parse_clock(options.clock), options.supply, options);
        energy::sleep_state(*chip, scenario.sleep); // before anything is run
        Progress progress(console.progress());
        profile = profile_target(load_target(options.target), *chip, options.request, progress).profile;
        if (!options.no_store)
            profile.run.id = traces::TraceStore(options.store).add(profile);
    }
    energy::Answer result = energy::answer(profile, *chip, scenario);
    if (options.json == "-")
        console.print(energy::to_json(result));
    else if (!console.quiet)
        console.print(energy::to_text(result));
    if (!options.json.empty() && options.json != "-")
        base::write_file(options.json, energy::to_json(result));
}

} // namespace

void add_energy_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("energy", "energy of an inference, and how long a battery lasts");
    command->add_option("target", options->target, "a run of the store, or what is to be run: a .tflite file, a network's name, an ELF file")
        ->required()
        ->type_name("RUN|TARGET");
    command->add_option("--chip", options->chip, "a chip's name or file, to run the target on; of a run its own")->type_name("CHIP");
    command->add_option("--clock", options->clock, "core clock, such as 80MHz")->type_name("HZ");
    command->add_option("--supply", options->supply, "range, regulator and voltage, as \"range 2, LDO, 1.8 V\"")->type_name("RANGE,REGULATOR,VOLTS");
    command->add_option("--calibration", options->calibration, "what mcuprof calibrate measured of a board, or none")->type_name("FILE");
    add_kernels_option(*command, options->request.kernels);
    command->add_option("--scenario", options->scenario, "a .toml file with what the options below say; they win over it")->type_name("FILE");
    command->add_option("--period", options->period, "one inference every so often: 200ms, 1s, 10min; 1s otherwise")->type_name("TIME");
    command->add_option("--sleep", options->sleep, "the chip's state between inferences, such as stop2; its first otherwise")->type_name("STATE");
    command->add_option("--battery", options->battery, "cells in series: 2xAA-lithium, 2xAA-alkaline, CR2032, 18650")->type_name("BATTERY");
    command->add_option("--regulator", options->regulator, "between battery and chip: none, buck:0.9:1uA, ldo:2uA; none otherwise")->type_name("REGULATOR");
    command->add_option("--temperature", options->temperature, "of battery and chip in degrees Celsius; 20 otherwise")->type_name("DEGREES");
    command->add_option("--sensor", options->sensors, "what draws beside the chip: pdm-mic=650uA all the time, camera=1.1mA@100ms before each inference, or a known name alone")
        ->type_name("NAME=CURRENT[@TIME]")
        ->allow_extra_args(false);
    command->add_option("--radio", options->radios, "what is sent: current, how long, how often, as wifi=24.9mA:34s:5/day")
        ->type_name("NAME=CURRENT:TIME:RATE")
        ->allow_extra_args(false);
    command->add_option("--wake-on", options->wake_on, "timer (each period), or a sensor that wakes the chip now and then, as pir=170uA:40/day")->type_name("WHAT");
    command->add_option("--json", options->json, "write the answer as JSON to this file, or - for standard output")->type_name("FILE");
    command->add_option("--store", options->store, "the store of runs")->type_name("FILE")->capture_default_str();
    command->add_flag("--no-store", options->no_store, "do not keep the run");
    command->footer("Examples:\n"
                    "  mcuprof energy 17 --period 1s --sleep stop2 --battery 2xAA-lithium\n"
                    "  mcuprof energy mcunet-vww1 --chip stm32u575 --period 5s --battery 2xAA-lithium --sensor camera-qqvga=1.1mA@100ms\n"
                    "  mcuprof energy 17 --battery 2xAA-alkaline --wake-on pir=170uA:40/day --radio wifi=24.9mA:34s:5/day\n"
                    "  mcuprof energy 17 --scenario doorbell.toml --json -\n"
                    "A scenario file has the same names: period = \"1s\", battery = \"2xAA-lithium\", sensors = [\"pdm-mic\"].\n"
                    "Charge and life rest on data sheets and carry a range; docs/energy.md says how far to trust them.\n"
                    "Exit codes: 0 done, 2 wrong input (a period too short for the inference, too).");
    command->callback([options, &console] { answer(*options, console); });
}

} // namespace profiler
