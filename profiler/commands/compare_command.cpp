// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "base/hash.h"
#include "base/input_error.h"
#include "base/text_table.h"
#include "profiler/commands/commands.h"
#include "profiler/comparison/expression.h"
#include "profiler/comparison/row_table.h"
#include "profiler/plan/kernel_manifest.h"
#include "profiler/profile_target.h"
#include "profiler/published_accuracy.h"
#include "profiler/record/profile_rows.h"
#include "profiler/report/run_tables.h"
#include "profiler/version.h"
#include "traces/trace_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>

namespace profiler {
namespace {

using comparison::Row;
using traces::TraceStore;

struct Options {
    std::vector<std::string> targets, chips, kernels, best_in = {"latency", "sram"};
    std::string store = default_store(), sort, filter, format = "text", file = "-";
    bool reversed = false, again = false;
};

bool is_run_id(const std::string& text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// One thing to compare: a run of the store, or a target to be run.
struct Candidate {
    std::optional<traces::RunSummary> stored;
    std::optional<Target> target;
};

/// Runs by number. The store is listed once: quick where there are thousands.
class StoredRuns {
public:
    explicit StoredRuns(const std::string& file)
        : store_(file, TraceStore::Access::read)
    {
        for (traces::RunSummary& run : store_.list())
            runs_.emplace(run.run.id, std::move(run));
    }

    traces::RunSummary at(const std::string& id) const
    {
        if (auto known = runs_.find(id); known != runs_.end())
            return known->second;
        traces::Profile profile = store_.read(id); // says what is wrong
        return {profile.run, profile.total, profile.memory};
    }

private:
    TraceStore store_;
    std::map<std::string, traces::RunSummary> runs_;
};

std::vector<Candidate> load_candidates(const Options& options)
{
    std::vector<Candidate> candidates;
    std::optional<StoredRuns> stored;
    for (const std::string& text : options.targets) {
        Candidate& candidate = candidates.emplace_back();
        if (is_run_id(text)) {
            if (!stored)
                stored.emplace(options.store);
            candidate.stored = stored->at(text);
        } else if (options.chips.empty()) {
            throw base::InputError("mcuprof compare",
                fmt::format("expected --chip, because '{}' is to be profiled", text));
        } else {
            candidate.target = load_target(text);
        }
    }
    return candidates;
}

/// "does not fit: SRAM1, 34.2 K too few" where the message has it, else what it says behind the
/// place.
std::string short_reason(const std::string& message)
{
    constexpr std::string_view no_room = "does not fit: ";
    std::size_t place = message.find(no_room);
    if (place == std::string::npos) {
        std::size_t colon = message.find(": ");
        return colon == std::string::npos ? message : message.substr(colon + 2);
    }
    std::string reason = message.substr(place);
    std::size_t bank = reason.find("bank "), few = reason.find(" too few");
    std::size_t end = bank == std::string::npos ? bank : reason.find(' ', bank + 5);
    std::size_t number = few == std::string::npos ? few : reason.rfind(' ', few - 1);
    if (end == std::string::npos || number == std::string::npos)
        return reason;
    std::uint64_t bytes = std::strtoull(reason.c_str() + number, nullptr, 10);
    return fmt::format("{}{}, {} too few", no_room, reason.substr(bank + 5, end - bank - 5),
        base::scaled_bytes(bytes));
}

/// What the store knows already: a run of the same firmware on the same chip by the same tool is
/// not run again.
class KnownRuns {
public:
    explicit KnownRuns(const Options& options)
    {
        if (!options.again && std::filesystem::exists(options.store))
            runs_ = TraceStore(options.store, TraceStore::Access::read).list();
    }

    const traces::RunSummary* find(
        const std::string& target, const std::string& elf_sha256, const mcu::ChipModel& chip) const
    {
        traces::Profile described;
        record::describe_chip(described, chip);
        const traces::RunInfo& wanted = described.run;
        for (auto run = runs_.rbegin(); run != runs_.rend(); ++run)
            if (run->run.target == target && run->run.elf_sha256 == elf_sha256
                && run->run.chip == wanted.chip && run->run.clock_hz == wanted.clock_hz
                && run->run.setup == wanted.setup && run->run.mode == "blocks"
                && run->run.tool_version == version && ended_well(run->run))
                return &*run;
        return nullptr;
    }
    bool empty() const { return runs_.empty(); }

private:
    std::vector<traces::RunSummary> runs_;
};

/// Rows of a matrix: targets x chips x kernels.
class Matrix {
public:
    Matrix(const Options& options, Console& console)
        : options_(options)
        , console_(console)
        , known_(options)
    {
        for (const std::string& name : options.chips)
            chips_.push_back(mcu::load_chip(name));
    }

    std::vector<Row> rows(const std::vector<Candidate>& candidates)
    {
        std::vector<Row> rows;
        for (const Candidate& candidate : candidates)
            if (candidate.stored)
                rows.push_back(row_of(*candidate.stored));
        std::vector<Row> made; // target by target; shown chip by chip
        std::vector<std::string> sets
            = options_.kernels.empty() ? std::vector<std::string> {""} : options_.kernels;
        for (const Candidate& candidate : candidates)
            if (candidate.target)
                for (const std::string& set :
                    candidate.target->graph ? sets : std::vector<std::string> {""})
                    std::ranges::copy(run(*candidate.target, set), std::back_inserter(made));
        for (std::size_t chip = 0; chip < chips_.size(); ++chip)
            for (std::size_t i = chip; i < made.size(); i += chips_.size())
                rows.push_back(std::move(made[i]));
        return without_repeats(std::move(rows));
    }

    const std::vector<std::string>& failures() const { return failures_; }

private:
    Row row_of(const traces::RunSummary& summary)
    {
        return {summary, accuracy_of(summary.run.target), {}, false};
    }

    std::optional<double> accuracy_of(const std::string& target)
    {
        auto [known, is_new] = accuracies_.try_emplace(target);
        if (is_new)
            if (auto published = published_accuracy(target))
                known->second = published->percent;
        return known->second;
    }

    Row failed(const Target& target, const mcu::ChipModel& chip, const std::string& set,
        const std::string& message)
    {
        if (std::ranges::find(failures_, message)
            == failures_.end()) // a missing compiler is told once
            failures_.push_back(message);
        traces::Profile described;
        record::describe_chip(described, chip);
        Row row = row_of({.run = described.run, .total = {}, .memory = {}});
        row.summary.run.target = target.name;
        row.summary.run.kernels = set;
        row.accuracy = accuracy_of(target.name);
        row.obstacle = short_reason(message);
        return row;
    }

    /// On every chip, in their order.
    std::vector<Row> run(const Target& target, const std::string& set)
    {
        Request request;
        request.kernels = set;
        Progress progress(console_.progress());
        std::vector<std::optional<Row>> rows(chips_.size());
        std::vector<mcu::ChipModel> left;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < chips_.size(); ++i) {
            if (const traces::RunSummary* run = stored_run(target, chips_[i], request, progress)) {
                rows[i] = row_of(*run);
            } else {
                left.push_back(chips_[i]);
                places.push_back(i);
            }
        }
        std::vector<ChipOutcome> outcomes = profile_on_chips(target, left, request, progress);
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            if (!outcomes[i]) {
                rows[places[i]] = failed(target, left[i], set, outcomes[i].error().what());
                continue;
            }
            traces::Profile& profile = outcomes[i]->profile;
            profile.run.id = TraceStore(options_.store).add(profile);
            if (!ended_well(profile.run))
                console_.exit_code = exit_firmware_failed;
            rows[places[i]] = row_of({profile.run, profile.total, profile.memory});
        }
        std::vector<Row> result;
        for (std::optional<Row>& row : rows)
            result.push_back(std::move(*row));
        return result;
    }

    const traces::RunSummary* stored_run(const Target& target, const mcu::ChipModel& chip,
        const Request& request, Progress& progress) const
    {
        if (known_.empty())
            return nullptr;
        if (!target.graph)
            return known_.find(target.name, base::sha256_hex(target.elf), chip);
        try {
            BuiltNetwork built = build_network_firmware(target, chip, request, progress);
            return known_.find(target.name, base::sha256_hex(built.firmware.elf), chip);
        } catch (const base::InputError&) { // told when it is run
            return nullptr;
        }
    }

    static std::vector<Row> without_repeats(std::vector<Row> rows)
    {
        std::vector<Row> once;
        std::set<std::string> ids;
        for (Row& row : rows)
            if (row.summary.run.id.empty() || ids.insert(row.summary.run.id).second)
                once.push_back(std::move(row));
        return once;
    }

    const Options& options_;
    Console& console_;
    KnownRuns known_;
    std::vector<mcu::ChipModel> chips_;
    std::map<std::string, std::optional<double>> accuracies_; // by target
    std::vector<std::string> failures_;
};

std::string text_of(const std::vector<Row>& rows,
    std::span<const comparison::Figure* const> objectives, const Options& options,
    const Console& console)
{
    if (options.format == "csv")
        return comparison::rows_csv(rows);
    if (options.format == "json")
        return comparison::rows_json(rows);
    if (options.format == "md")
        return comparison::rows_markdown(rows, objectives);
    return report::comparison(rows,
        options.sort.empty() ? report::Grouping::by_chip_and_clock : report::Grouping::none,
        comparison::objectives_text(objectives), console.style());
}

void compare(const Options& options, Console& console)
{
    // Wrong names are told before the first long run.
    std::optional<comparison::Filter> filter;
    if (!options.filter.empty())
        filter = comparison::Filter::parse(options.filter, "--filter");
    const comparison::Figure* order
        = options.sort.empty() ? nullptr : &comparison::figure_named(options.sort, "--sort");
    auto objectives = comparison::objectives_of(options.best_in, "--best-in");
    for (const std::string& set : options.kernels)
        plan::kernel_set(set);
    std::vector<Candidate> candidates = load_candidates(options);
    Matrix matrix(options, console);

    std::vector<Row> rows = matrix.rows(candidates);
    comparison::mark_best(rows, objectives);
    if (filter)
        std::erase_if(rows, [&](const Row& row) { return !filter->accepts(row); });
    if (order)
        comparison::sort_rows(rows, *order, options.reversed);

    std::string text = text_of(rows, objectives, options, console);
    if (options.file == "-")
        console.print(text);
    else
        base::write_file(options.file, text);
    for (const std::string& failure : matrix.failures())
        fmt::print(stderr, "{}\n", failure);
    if (!matrix.failures().empty())
        console.exit_code = exit_input_error;
}

std::string figure_names()
{
    std::string names;
    for (const comparison::Figure& figure : comparison::figures())
        names += fmt::format("{}{}", names.empty() ? "" : ", ", figure.name);
    return names;
}

} // namespace

void add_compare_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("compare",
        "Latency, energy, SRAM, flash and cycles per MAC of networks x chips x kernels, side by "
        "side");
    command
        ->add_option(
            "targets", options->targets, "runs of the store by number, networks by name, or files")
        ->required()
        ->type_name("TARGET");
    command
        ->add_option("--chip", options->chips,
            "profile networks and files on these chips, separated by commas")
        ->delimiter(',')
        ->type_name("CHIP");
    command
        ->add_option("--kernels", options->kernels,
            "with these sets of kernels, separated by commas (mcuprof kernels); the chip's usual "
            "one otherwise")
        ->delimiter(',')
        ->type_name("SET");
    command->add_option("--filter", options->filter, "show only rows that meet this condition")
        ->type_name("CONDITION");
    command->add_option("--sort", options->sort, "by this figure, the better first, chips mixed")
        ->type_name("FIGURE");
    command->add_flag("--reverse", options->reversed, "with --sort: the worse first");
    command
        ->add_option("--best-in", options->best_in, "what the star stands for, separated by commas")
        ->delimiter(',')
        ->type_name("FIGURE")
        ->capture_default_str();
    command->add_option("--format", options->format, "text, md (for a pull request), csv or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "md", "csv", "json"}))
        ->capture_default_str();
    command->add_option("-o,--output", options->file, "the file to write, or - for standard output")
        ->type_name("FILE")
        ->capture_default_str();
    command->add_flag("--again", options->again, "run what the store has, too");
    command->add_option("--store", options->store, "the store to read from and to add to")
        ->type_name("FILE")
        ->capture_default_str();
    command->footer(
        "Examples:\n"
        "  mcuprof compare mobilenet-v1-0.25-96:2 efficientnet-lite0-0.35-96:2 mcunet-vww1 --chip "
        "stm32f746,stm32l4r5\n"
        "  mcuprof compare mobilenet-v1-0.25-96:2 mcunet-vww1 --chip stm32l4r5 --kernels "
        "dsp,reference --sort latency\n"
        "  mcuprof compare 3 4 5 --filter \"sram < 64 KiB and latency < 100ms and chip = stm32*\"\n"
        "  mcuprof compare 3 4 5 --best-in latency,energy,accuracy --format md\n"
        "Figures: "
        + figure_names()
        + ".\n"
          "A condition compares figures with numbers (with a unit or without: seconds, bytes, "
          "joules, hertz) or texts (* is any\n"
          "text), joined by and, or, not and parentheses. What is unknown meets no condition.\n"
          "A star marks what no other run on that chip beats. What the store has of the same "
          "firmware is not run again.\n"
          "What cannot run (it does not fit) is a row with the reason, which stderr tells in full; "
          "the exit code is then 2.");
    command->callback([options, &console] { compare(*options, console); });
}

} // namespace profiler
