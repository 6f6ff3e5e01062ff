// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "base/input_error.h"
#include "mcu_models/chip_model.h"
#include "profiler/commands/commands.h"
#include "profiler/comparison/budget_report.h"
#include "profiler/profile_target.h"
#include "traces/trace_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

namespace profiler {
namespace {

using traces::Profile;
using traces::TraceStore;

struct Options {
    std::string budget, baseline, store, format = "text", file = "-";
    bool everything = false;
};

/// Files that a budget names lie beside it.
class Folder {
public:
    explicit Folder(const std::string& budget)
        : path_(std::filesystem::path(budget).parent_path())
    {
    }
    std::string operator()(const std::string& file) const { return (path_ / file).string(); }

private:
    std::filesystem::path path_;
};

/// A name of a network stays what it is.
std::string target_of(const comparison::Budget::Run& run, const Folder& folder)
{
    bool is_file = run.target.find('/') != std::string::npos || run.target.ends_with(".tflite")
        || run.target.ends_with(".elf") || std::filesystem::exists(folder(run.target));
    return is_file ? folder(run.target) : run.target;
}

Profile profile_of(const comparison::Budget::Run& run, const Options& options, const Folder& folder,
    Progress& progress)
{
    if (run.id > 0)
        return TraceStore(
            options.store.empty() ? default_store() : options.store, TraceStore::Access::read)
            .read(std::to_string(run.id));
    Request request;
    request.kernels = run.kernels;
    mcu::ChipModel chip = mcu::load_chip(
        run.chip.ends_with(".toml") ? folder(run.chip) : run.chip, base::Hertz(run.clock_hz));
    progress.stage("reading " + run.target);
    Profile profile
        = profile_target(load_target(target_of(run, folder)), chip, request, progress).profile;
    if (!options.store.empty())
        profile.run.id = TraceStore(options.store).add(profile);
    return profile;
}

struct Baseline {
    std::string name;
    Profile profile;
};

/// "main.db:17" is run 17, "main.db" the newest run there of the same target, chip, clock and
/// kernels.
Baseline read_baseline(const std::string& text, const Profile& profile)
{
    std::string file = text, id;
    std::size_t colon = text.rfind(':');
    if (colon != std::string::npos && colon + 1 < text.size() && !std::filesystem::exists(text)
        && std::ranges::all_of(
            text.substr(colon + 1), [](char c) { return c >= '0' && c <= '9'; })) {
        file = text.substr(0, colon);
        id = text.substr(colon + 1);
    }
    if (!std::filesystem::exists(file))
        throw base::InputError(file, "no such baseline; mcuprof profile --store makes one");
    TraceStore store(file, TraceStore::Access::read);
    if (id.empty())
        for (const traces::RunSummary& run : store.list())
            if (run.run.target == profile.run.target && run.run.chip == profile.run.chip
                && run.run.clock_hz == profile.run.clock_hz
                && run.run.kernels == profile.run.kernels && ended_well(run.run))
                id = run.run.id;
    if (id.empty())
        throw base::InputError(file,
            fmt::format("expected a run of {} on {} at {} Hz with kernels '{}' to compare with, "
                        "found none that "
                        "ended well (mcuprof runs --store {})",
                profile.run.target, profile.run.chip, profile.run.clock_hz, profile.run.kernels,
                file));
    return {fmt::format("{}, run {}", std::filesystem::path(file).filename().string(), id),
        store.read(id)};
}

std::string name_of(const Profile& profile)
{
    std::string name = fmt::format("{} on {}", profile.run.target, profile.run.chip);
    if (profile.run.clock_hz > 0)
        name += fmt::format(" {}",
            base::measure_text(
                static_cast<double>(profile.run.clock_hz), base::Dimension::frequency));
    return profile.run.kernels.empty() ? name : fmt::format("{}, {}", name, profile.run.kernels);
}

comparison::Judged judged(const comparison::Budget::Run& run, const std::string& common_baseline,
    const Options& options, const Folder& folder, Progress& progress)
{
    std::optional<base::ByteVector> expected;
    if (!run.expected_outputs.empty())
        expected = base::read_bytes(folder(run.expected_outputs));
    // From the command line a path is from where the user stands.
    std::string place = !options.baseline.empty() ? options.baseline
        : !run.baseline.empty()                   ? folder(run.baseline)
        : !common_baseline.empty()                ? folder(common_baseline)
                                                  : "";
    if (comparison::needs_baseline(run) && place.empty())
        throw base::InputError(run.where,
            "has limits against a baseline; expected 'baseline' or --baseline, found neither");

    Profile profile = profile_of(run, options, folder, progress);
    comparison::Judged result {
        .name = name_of(profile), .baseline = {}, .failure = {}, .verdicts = {}};
    if (!ended_well(profile.run)) {
        result.failure = fmt::format("{} (exit code {}) {}", profile.run.outcome.reason,
            profile.run.outcome.exit_code, profile.run.outcome.message);
        return result;
    }
    std::optional<Baseline> baseline;
    if (comparison::needs_baseline(run)) {
        baseline = read_baseline(place, profile);
        result.baseline = baseline->name;
    }
    result.verdicts = comparison::judge(
        run, profile, baseline ? &baseline->profile : nullptr, expected ? &*expected : nullptr);
    return result;
}

void check(const Options& options, Console& console)
{
    comparison::Budget budget
        = comparison::Budget::parse(base::read_text(options.budget), options.budget);
    Folder folder(options.budget);
    Progress progress(console.progress());
    std::vector<comparison::Judged> runs;
    for (const comparison::Budget::Run& run : budget.runs)
        runs.push_back(judged(run, budget.baseline, options, folder, progress));
    progress.clear();

    std::string text = options.format == "md" ? comparison::budget_markdown(runs)
        : options.format == "junit"           ? comparison::budget_junit(runs)
        : options.format == "json"
        ? comparison::budget_json(runs)
        : comparison::budget_text(runs, options.everything, console.style());
    if (options.file != "-")
        base::write_file(options.file, text);
    else
        console.print(text);
    if (!std::ranges::all_of(runs, &comparison::Judged::good))
        console.exit_code = exit_over_budget;
    if (!std::ranges::all_of(
            runs, [](const comparison::Judged& run) { return run.failure.empty(); }))
        console.exit_code = exit_firmware_failed;
}

} // namespace

void add_check_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("check", "Hold runs to a budget: a gate for CI");
    command->add_option("budget", options->budget, "the budget, a TOML file")
        ->required()
        ->type_name("BUDGET.toml");
    command
        ->add_option("--baseline", options->baseline,
            "the store (STORE, or STORE:RUN for one run of it) that regressions are measured "
            "against, instead of "
            "what the budget says")
        ->type_name("STORE");
    command
        ->add_option(
            "--store", options->store, "keep the runs in this store; runs by 'id' are read from it")
        ->type_name("FILE");
    command
        ->add_option(
            "--format", options->format, "text, md (for a pull request), junit (XML) or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "md", "junit", "json"}))
        ->capture_default_str();
    command->add_option("-o,--output", options->file, "the file to write, or - for standard output")
        ->type_name("FILE")
        ->capture_default_str();
    command->add_flag("--all", options->everything, "with text: limits that are kept, too");
    command->footer(
        "A budget:\n"
        "  baseline = \"main.db\"\n"
        "  [[run]]\n"
        "  target = \"mobilenet-v1-0.25-96:2\"\n"
        "  chip = \"stm32l4r5\"\n"
        "  limits = [\"latency <= 250ms\", \"sram <= 64 KiB\", \"cycles <= baseline + 3 %\"]\n"
        "  [[run.layer]]\n"
        "  match = \"*\"\n"
        "  limits = [\"cycles <= baseline + 5 %\"]\n"
        "  [[run.function]]\n"
        "  match = \"memcpy\"\n"
        "  limits = [\"cycles <= 400 k\"]\n"
        "  [run.outputs]\n"
        "  limits = [\"max_difference <= 0\"]\n"
        "Examples:\n"
        "  mcuprof check budget.toml\n"
        "  mcuprof check budget.toml --baseline main.db --format junit -o mcuprof.xml\n"
        "Files in it lie beside it. docs/ci.md explains every key and figure, with GitHub Actions "
        "and GitLab.\n"
        "Exit codes: 0 within budget, 1 over, 2 wrong input (no baseline, does not fit), 3 the "
        "firmware failed.");
    command->callback([options, &console] { check(*options, console); });
}

} // namespace profiler
