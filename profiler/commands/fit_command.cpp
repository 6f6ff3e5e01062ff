// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "base/input_error.h"
#include "mcu_models/network_family.h"
#include "mcu_models/placement_request.h"
#include "profiler/commands/commands.h"
#include "profiler/fit/chip_probes.h"
#include "profiler/fit/fit_report.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <memory>
#include <span>
#include <utility>

namespace profiler {
namespace {

struct Options {
    std::string family, chip, clock, place, latency, energy, json;
    std::vector<double> widths;
    std::vector<int> resolutions;
    int classes = 0; // as published
    Request request;
};

using Unit = std::pair<std::string_view, double>;
constexpr Unit times[] = {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};
constexpr Unit energies[] = {{"uJ", 1e-6}, {"mJ", 1e-3}, {"J", 1}};

/// "100ms", "5 mJ".
std::optional<double> limit_of(
    const std::string& text, std::string_view option, std::span<const Unit> units)
{
    if (text.empty())
        return std::nullopt;
    double value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
    while (unit.starts_with(' '))
        unit.remove_prefix(1);
    std::string names;
    for (const auto& [name, factor] : units) {
        if (error == std::errc() && name == unit && std::isfinite(value) && value > 0)
            return value * factor;
        names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
    }
    throw base::InputError(std::string(option),
        fmt::format("expected a positive number and a unit ({}), found '{}'", names, text));
}

void find(const Options& options, Console& console)
{
    mcu::ChipModel chip = mcu::load_chip(
        options.chip, base::Hertz(options.clock.empty() ? 0 : parse_clock(options.clock)));
    if (!options.place.empty())
        mcu::apply_placement(chip, options.place);
    fit::Question question {.family = options.family,
        .kernels = kernels_for(chip, options.request),
        .classes = options.classes > 0 ? std::optional(options.classes) : std::nullopt,
        .limits = {.latency_s = limit_of(options.latency, "--latency", times),
            .energy_j = limit_of(options.energy, "--energy", energies)}};
    const std::vector<networks::FamilyLine> lines = networks::family_lines(options.family,
        {.classes = question.classes,
            .widths = options.widths,
            .resolutions = options.resolutions});

    Progress progress(console.progress());
    const fit::Result result = fit::find_fit(
        lines, question.limits, fit::probes_on(chip, options.request, question.limits, progress));
    progress.clear();
    if (options.json == "-")
        console.print(fit::json_of(result, question, chip));
    else if (!console.quiet)
        console.print(fit::text_of(result, question, chip, console.style().width));
    if (!options.json.empty() && options.json != "-")
        base::write_file(options.json, fit::json_of(result, question, chip));
    if (!result.best)
        console.exit_code = exit_over_budget;
}

} // namespace

void add_fit_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "fit", "Find the largest network of a family that fits a chip, a time and an energy");
    command
        ->add_option("family", options->family,
            "a network's name without width and resolution (mobilenet-v2, mcunet-in3), or what "
            "several begin with (mcunet-vww, ds-cnn)")
        ->required()
        ->type_name("FAMILY");
    command->add_option("--chip", options->chip, "a chip's name (mcuprof chips) or a chip file")
        ->required()
        ->type_name("CHIP");
    command
        ->add_option("--latency", options->latency, "the most an inference may take, such as 100ms")
        ->type_name("TIME");
    command->add_option("--energy", options->energy, "the most an inference may cost, such as 5mJ")
        ->type_name("ENERGY");
    command
        ->add_option("--classes", options->classes,
            "number of classes; as published otherwise (1000 for ImageNet, which alone fill a "
            "small flash)")
        ->check(CLI::Range(2, 10000))
        ->type_name("N");
    command
        ->add_option("--widths", options->widths,
            "widths to look at, separated by commas; the published ones and steps below 1 "
            "otherwise")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("W");
    command
        ->add_option("--resolutions", options->resolutions,
            "resolutions to look at, separated by commas; multiples of 16 and the published ones "
            "otherwise")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("R");
    add_kernels_option(*command, options->request.kernels);
    command
        ->add_option(
            "--clock", options->clock, "core clock, such as 80MHz; the chip's usual one otherwise")
        ->type_name("HZ");
    add_place_option(*command, options->place);
    command
        ->add_option(
            "--json", options->json, "the result as JSON: a file, or - for standard output")
        ->type_name("FILE");
    command->footer(
        "Memory is decided by plans, without running; time and energy by runs on the simulated "
        "chip.\n"
        "Answers: the network of highest published accuracy that fits, and the one of most\n"
        "multiply-accumulates. Both have run.\n\n"
        "  mcuprof fit mobilenet-v2 --chip stm32f746 --classes 10\n"
        "  mcuprof fit mcunet-vww --chip stm32l4r5 --latency 500ms\n"
        "  mcuprof fit mobilenet-v1 --chip nrf52840 --classes 2 --widths 0.25,0.5 --latency "
        "300ms\n\n"
        "Exit code 1: nothing fits.");
    command->callback([options, &console] { find(*options, console); });
}

} // namespace profiler
